// SPDX-License-Identifier: MIT

/// Computes queries over a data set: each part of a query for all labels at once.
///
/// Windows slide: what a statistic costs grows with the points and the labels, not with the length of the interval. What lies
/// outside a `Double` gives no point, and so does a division by zero.
///
/// For a metric query a false predicate is no point. For an alarm the outermost predicate is 0 where it is false, and no point
/// only where data is missing.
public struct Evaluator: Sendable {
    /// The rules chosen where the documentation leaves a choice.
    public let knobs: Knobs

    /// An evaluator with these rules.
    public init(knobs: Knobs = Knobs()) {
        self.knobs = knobs
    }

    /// The answer at one instant: only points that had arrived by `visibleAt` count (nil: all).
    public func evaluate(
        _ expression: Expression, over store: MetricStore, namespace: String, resourceGroup: String? = nil,
        labels: LabelGrid, purpose: Query.Purpose = .metric, visibleAt: Int64? = nil
    ) -> [ResultStream] {
        evaluate(
            expression, over: store, namespace: namespace, resourceGroup: resourceGroup, labels: labels,
            purpose: purpose, visibility: visibleAt.map { .arrived(by: $0) } ?? .everything)
    }

    /// The streams of an answer that have a point at all, in order of their dimensions' JSON text.
    ///
    /// The knob `visibility` set to `everything` overrides `visibility`. Where no stream is later than a slack
    /// (`longestDelay`), `.everything` and `.within` that slack are the same, and so are all later evaluations of a label.
    public func evaluate(
        _ expression: Expression, over store: MetricStore, namespace: String, resourceGroup: String? = nil,
        labels: LabelGrid, purpose: Query.Purpose = .metric, visibility: PointVisibility
    ) -> [ResultStream] {
        let evaluation = Evaluation(
            knobs: knobs, store: store, namespace: namespace, resourceGroup: resourceGroup, labels: labels,
            visibility: knobs.visibility == .everything ? .everything : visibility)
        let whenFalse = purpose == .alarm ? 0 : Double.nan
        guard case .columns(let columns) = evaluation.value(of: expression, whenFalse: whenFalse) else { return [] }
        return columns.filter { column in column.values.contains { !$0.isNaN } }
            .map { (text: DimensionText.json($0.dimensions), column: $0) }
            .sorted { DimensionText.precedes($0.text, $1.text) }
            .map { ResultStream(dimensions: $0.column.dimensions, values: $0.column.values) }
    }

    /// The longest time a point of the streams that a query reads took to arrive, in milliseconds.
    public func longestDelay(
        of expression: Expression, over store: MetricStore, namespace: String, resourceGroup: String? = nil
    ) -> Int64 {
        let evaluation = Evaluation(
            knobs: knobs, store: store, namespace: namespace, resourceGroup: resourceGroup,
            labels: LabelGrid(start: 0, count: 0), visibility: .everything)
        return evaluation.longestDelay(of: expression)
    }
}
