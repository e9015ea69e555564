// SPDX-License-Identifier: MIT

/// Where the configuration file is (contract §3.1).
extension ConfigFile {
    /// The path to read: an explicit one, else the first of `~/.oci/config`, `$OCI_CONFIG_FILE`, `~/.oraclebmc/config`.
    ///
    /// As in the official Python SDK the variable does not override an existing `~/.oci/config`. nil: there is none,
    /// and `~/.oci/config` is what to make. Whether an explicit path or the variable's exists is not checked.
    package static func locate(
        explicit: String? = nil, environment: [String: String], home: String?, exists: (String) -> Bool
    ) -> String? {
        if let explicit { return expand(explicit, home: home, environment) }
        let standard = home.map { $0 + "/.oci/config" }
        if let standard, exists(standard) { return standard }
        if let named = environment["OCI_CONFIG_FILE"], !named.isEmpty { return expand(named, home: home, environment) }
        guard let old = home.map({ $0 + "/.oraclebmc/config" }), exists(old) else { return nil }
        return old
    }

    /// `~` and `~/…` become the home directory, if there is one; `~user` is left as it is.
    ///
    /// `$CREDENTIALS_DIRECTORY/…` becomes the directory in which systemd hands keys over (`LoadCredential=`), which has
    /// another name for each unit; it is left as it is where systemd hands nothing over.
    package static func expand(_ path: String, home: String?, _ environment: [String: String] = [:]) -> String {
        for name in ["$CREDENTIALS_DIRECTORY/", "${CREDENTIALS_DIRECTORY}/"] where path.hasPrefix(name) {
            guard let directory = environment["CREDENTIALS_DIRECTORY"], !directory.isEmpty else { return path }
            return directory + "/" + path.dropFirst(name.count)
        }
        guard let home, path == "~" || path.hasPrefix("~/") else { return path }
        return home + path.dropFirst()
    }
}
