// SPDX-License-Identifier: MIT

import Alarms
import JSON

extension AlarmExport {
    /// A shell script that creates the alarms with the OCI CLI; placeholders are variables of the shell.
    static func script(_ templates: [AlarmTemplate], command: String) -> String {
        var lines = [
            "#!/bin/sh", "# Written by `\(command)`: change the alarms' files and write it again.",
            "# Creates; where the alarms are there already, `alarms apply` changes them.", "set -eu", "",
        ]
        for placeholder in AlarmTemplate.Placeholder.allCases
        where placeholder == .job || placeholders(templates).contains(placeholder) {
            lines.append(": \"${\(placeholder.rawValue):?set it: \(meaning(placeholder))}\"")
        }
        lines += [
            "folder=$(mktemp -d)", "trap 'rm -rf \"$folder\"' EXIT",
            "create() { oci monitoring alarm create --from-json \"file://$folder/$1.json\"; }",
        ]
        for template in templates {
            let json = tagged(
                template.json,
                [
                    (AlarmOwnership.Tag.manager, AlarmOwnership.manager), (AlarmOwnership.Tag.job, "${job}"),
                    (AlarmOwnership.Tag.key, template.key),
                ])
            lines += [
                "", "cat >\"$folder/\(template.key).json\" <<END_OF_ALARM", heredoc(json.indented), "END_OF_ALARM",
                "create \(template.key)",
            ]
        }
        return lines.joined(separator: "\n")
    }

    /// What an unquoted here-document turns into `text`, its placeholders filled in.
    ///
    /// Source: POSIX Shell Command Language, 2.7.4: backslash, dollar and backquote are special there.
    static func heredoc(_ text: String) -> String {
        pieces(text).map { piece in
            switch piece {
            case .text(let text):
                text.replacing("\\", with: "\\\\").replacing("$", with: "\\$").replacing("`", with: "\\`")
            case .placeholder(let placeholder): "${\(placeholder.rawValue)}"
            }
        }.joined()
    }
}
