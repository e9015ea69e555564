// SPDX-License-Identifier: MIT

import Glibc

/// The user a process works as.
package enum ProcessUser {
    /// Makes root the user to whom `path` belongs, or what of its parents is there: what root makes below, that user
    /// could not open any more. All threads change; there is no way back.
    ///
    /// - Returns: that user's name, or number where it has none; nil where nothing changed.
    package static func become(ownerOf path: String) throws(FileError) -> String? {
        guard geteuid() == 0, let place = try nearest(path), place.st_uid != 0 else { return nil }
        let account = account(place.st_uid)
        let name = account?.name ?? "\(place.st_uid)"
        let group = account?.group ?? place.st_gid
        _ = try check("become user", name) {
            if let account { return unsafe Int(initgroups(account.name, group)) }
            return Int(setgroups(0, nil))
        }
        _ = try check("become user", name) { Int(setgid(group)) }
        _ = try check("become user", name) { Int(setuid(place.st_uid)) }
        return name
    }

    /// What stands at `path`, or at the first of its parents where something stands.
    private static func nearest(_ path: String) throws(FileError) -> stat? {
        var path = path
        while true {
            if let status = try FileSystem.status(path) { return status }
            let parent = FileSystem.parent(of: path)
            if parent == path || path == "." { return nil }
            path = parent
        }
    }

    /// nil where the number has no name here.
    private static func account(_ user: uid_t) -> (name: String, group: gid_t)? {
        var entry = unsafe passwd()
        var size = 1 << 14
        while size <= 1 << 20 {
            var buffer = [CChar](repeating: 0, count: size)
            var found: UnsafeMutablePointer<passwd>?
            let code = unsafe getpwuid_r(user, &entry, &buffer, buffer.count, &found)
            if code == ERANGE {
                size *= 4
                continue
            }
            guard code == 0, unsafe found != nil, let name = unsafe entry.pw_name else { return nil }
            return unsafe (String(cString: name), entry.pw_gid)
        }
        return nil
    }
}
