// SPDX-License-Identifier: MIT

/// Which points a label sees, by the time they arrived. Milliseconds.
public enum PointVisibility: Sendable, Hashable {
    /// All of the data set.
    case everything
    /// What had arrived at an instant, whatever the label: one evaluation at that instant.
    case arrived(by: Int64)
    /// What had arrived this long after each label: an evaluation for each label, in one pass. For an alarm that asks label
    /// `t` again `k` minutes later, that is its slack plus `k` minutes.
    case within(Int64)

    /// The last arrival that a label sees; nil: any.
    func limit(of label: Int64) -> Int64? {
        switch self {
        case .everything: nil
        case .arrived(let instant): Instants.clamped(instant)
        case .within(let slack): label + Instants.clamped(slack)
        }
    }
}
