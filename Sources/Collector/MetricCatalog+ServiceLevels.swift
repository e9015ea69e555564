// SPDX-License-Identifier: MIT

/// What the checker works out from the ledger every five minutes: figures over windows longer than an alarm looks back,
/// and what is left of error budgets. Not by vantage: a ledger says the same wherever it is read.
extension MetricCatalog {
    /// Objectives with an error budget that somebody keeps: the files `slos/NAME.yaml` with a policy.
    package static let objectives = [
        "freshness", "run-success", "latency", "api-availability", "telemetry-delivery",
    ]

    private static let slo = MetricDimension.of("slo", objectives)

    static let serviceLevels: [DeclaredMetric] = [
        .figure(
            "slo_error_ratio", "polisen.slo.error_ratio", [slo, .of("window", ["1h", "6h", "1d", "3d"])],
            help: "Bad of good and bad over the window, maintenance left out; unknown time is neither"),
        .figure(
            "slo_burn_rate", "polisen.slo.burn_rate", [slo, .of("window", ["1d", "3d"])], values: 0...(.infinity),
            help: "The error ratio as multiples of what the objective allows; 1 spends the budget exactly"),
        .figure(
            "slo_budget_remaining_ratio", "polisen.slo.budget.remaining", [slo], values: -(.infinity)...1,
            help: "What is left of the error budget: 1 untouched, 0 used up, below 0 overspent"),
    ]
}
