// SPDX-License-Identifier: MIT

extension AlarmTestFile {
    /// The same file with only those tests whose name, or one of whose alarms, contains `text`; case does not matter.
    package func only(containing text: String) -> AlarmTestFile {
        let wanted = text.lowercased()
        let kept = tests.filter { test in
            ([test.name] + test.alarms.map(\.alarm)).contains { $0.lowercased().contains(wanted) }
        }
        return AlarmTestFile(path: path, alarms: alarms, tests: kept)
    }

    private init(path: String, alarms: [Alarm], tests: [AlarmTestCase]) {
        self.path = path
        self.alarms = alarms
        self.tests = tests
    }
}
