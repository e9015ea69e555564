// SPDX-License-Identifier: MIT

/// The languages a report is written in.
package enum ReportLanguage: String, Sendable, Hashable, CaseIterable { case english = "en", swedish = "sv" }
