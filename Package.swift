// swift-tools-version: 6.2
// SPDX-License-Identifier: MIT

import PackageDescription

/// Release builds: what keeps a run small, as megabytes taken off its peak of 26.4 (2026-11, TLS loopback).
let leanLinking = [
    // 0.9: lld instead of gold, with relative relocations in their packed form.
    "-use-ld=lld", "-Xlinker", "-z", "-Xlinker", "pack-relative-relocs",
    // 0.4: one copy of functions that are equal and whose address nobody takes; no symbols for others to find.
    "-Xlinker", "--icf=safe", "-Xlinker", "--no-export-dynamic",
    // 1.1: the little that the Swift runtime uses of libstdc++ is linked in. Swift's own list of libraries names the
    // shared one, which is put aside here.
    "-Xlinker", "--remap-inputs=*/libstdc++.so=/dev/null", "-Xlinker", "-l:libstdc++.a", "-Xclang-linker",
    "-static-libgcc",
    // 2.5: the functions of a run side by side (Linking/record-order.py); a list that does not fit any more costs only this.
    "-Xlinker", "--symbol-ordering-file=\(Context.packageDirectory)/Linking/symbol-order.txt",
    "-Xlinker", "--no-warn-symbol-ordering",
]

let package = Package(
    name: "polisen-collector",
    products: [
        .executable(name: "polisen-collector", targets: ["CollectorCLI"]),
        .executable(name: "local-oci", targets: ["LocalOCI"]),
        .library(name: "JournalLogging", targets: ["JournalLogging"]),
        .library(name: "OCIMetrics", targets: ["OCIMetrics"]),
        .library(name: "MQL", targets: ["MQL"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-metrics", from: "2.13.0"),
        .package(url: "https://github.com/swhitty/FlyingFox", from: "0.27.1"),
    ],
    targets: [
        // C libraries: a module map and a shim each, imported by one Swift module each.
        // CCurl and CSystemd have no pkgConfig: their libraries are loaded when first used, so nothing may link them.
        .systemLibrary(name: "CCurl", providers: [.apt(["libcurl4-openssl-dev"])]),
        .systemLibrary(name: "COpenSSL", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),
        .systemLibrary(name: "CSystemd", providers: [.apt(["libsystemd-dev"])]),
        .systemLibrary(name: "CYAML", pkgConfig: "yaml-0.1", providers: [.apt(["libyaml-dev"])]),
        .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
        // No library: names that a build for coverage or with a sanitizer has, and others have not.
        .systemLibrary(name: "CRuntime"),

        // The edge: bytes on disk and on the wire.
        .target(name: "JSON"),
        .target(name: "Files", dependencies: ["CRuntime", "CZlib"]),
        .target(name: "Transport", dependencies: ["CCurl", .product(name: "HTTPTypes", package: "swift-http-types")]),
        .target(name: "YAML", dependencies: ["CYAML"]),
        .target(name: "Systemd", dependencies: ["CSystemd"]),
        .target(
            name: "OCI",
            dependencies: [
                "COpenSSL", "JSON", "Files", "Transport", .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Logging", package: "swift-log"),
            ]),

        // What the product is about.
        .target(
            name: "JournalLogging", dependencies: ["Systemd", "JSON", .product(name: "Logging", package: "swift-log")],
            exclude: ["README.md"]),
        .target(
            name: "OCIMetrics",
            dependencies: [
                "JSON", "Files", "OCI", "Transport", .product(name: "Logging", package: "swift-log"),
                .product(name: "CoreMetrics", package: "swift-metrics"),
            ], exclude: ["README.md"]),
        // "m": rounding calls libm where the optimiser does not inline it, and a program may have nothing else that links it.
        .target(name: "MQL", exclude: ["README.md"], linkerSettings: [.linkedLibrary("m")]),
        .target(name: "Alarms", dependencies: ["JSON", "MQL", "YAML"]),
        .target(name: "Ledger", dependencies: ["JSON", "Files"]),
        .target(name: "Freshness", dependencies: ["Ledger"]),
        // HTML and SVG, for reports and dashboards.
        .target(name: "Pages"),
        .target(name: "ServiceLevels", dependencies: ["JSON", "Ledger", "Pages", "YAML"]),
        .target(
            name: "Collector",
            dependencies: [
                "JSON", "Files", "Transport", "OCI", "Ledger", .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "Metrics", package: "swift-metrics"),
            ]),

        // Executables.
        .executableTarget(
            name: "CollectorCLI",
            dependencies: [
                "JSON", "Files", "Transport", "OCI", "YAML", "Systemd", "JournalLogging", "OCIMetrics", "Ledger",
                "Collector", "Freshness", "MQL", "Alarms", "Pages", "ServiceLevels",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Logging", package: "swift-log"),
            ], linkerSettings: [.unsafeFlags(leanLinking, .when(configuration: .release))]),
        .executableTarget(
            name: "LocalOCI",
            dependencies: [
                "JSON", "Files", "Transport", "OCI", "MQL", "Alarms",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "FlyingSocks", package: "FlyingFox"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
            ]),

        // Tests.
        .target(
            name: "TestSupport",
            dependencies: [
                "JSON", "Transport", .product(name: "FlyingFox", package: "FlyingFox"),
                .product(name: "FlyingSocks", package: "FlyingFox"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
            ], path: "Tests/TestSupport"),
        .testTarget(name: "JSONTests", dependencies: ["JSON", "TestSupport"]),
        .testTarget(name: "FilesTests", dependencies: ["Files", "TestSupport"]),
        .testTarget(
            name: "TransportTests",
            dependencies: [
                "Transport", "TestSupport", .product(name: "FlyingFox", package: "FlyingFox"),
                .product(name: "FlyingSocks", package: "FlyingFox"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
            ]),
        .testTarget(
            name: "OCITests",
            dependencies: [
                "OCI", "JSON", "Transport", "TestSupport", .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Logging", package: "swift-log"),
            ], resources: [.copy("Fixtures")]),
        .testTarget(name: "YAMLTests", dependencies: ["YAML", "TestSupport"]),
        // What a test has to do in a process of its own, beside a journald or a service manager of the test's.
        .executableTarget(
            name: "JournalProbe",
            dependencies: [
                "Files", "JournalLogging", "Systemd", .product(name: "Logging", package: "swift-log"),
            ], path: "Tests/JournalProbe"),
        .testTarget(
            name: "SystemdTests",
            dependencies: [
                "JSON", "JournalProbe", "Systemd", "TestSupport", .product(name: "FlyingSocks", package: "FlyingFox"),
            ]),
        .testTarget(
            name: "JournalLoggingTests",
            dependencies: [
                "JournalLogging", "JournalProbe", "Systemd", "JSON", "TestSupport",
                .product(name: "Logging", package: "swift-log"),
            ]),
        // The metrics library in a process of its own, for its tests and the benchmark.
        .executableTarget(
            name: "MetricsProbe",
            dependencies: [
                "Files", "OCI", "OCIMetrics", "Transport", .product(name: "CoreMetrics", package: "swift-metrics"),
            ], path: "Tests/MetricsProbe"),
        .testTarget(
            name: "OCIMetricsTests",
            dependencies: [
                "MetricsProbe", "OCIMetrics", "OCI", "JSON", "Files", "Transport", "TestSupport",
                .product(name: "Metrics", package: "swift-metrics"),
            ]),
        .testTarget(
            name: "MQLTests", dependencies: ["MQL", "JSON", "TestSupport"], resources: [.copy("Fixtures")]),
        .testTarget(
            name: "AlarmsTests", dependencies: ["Alarms", "MQL", "JSON", "YAML", "TestSupport"], exclude: ["Golden"]),
        .testTarget(name: "PagesTests", dependencies: ["Pages", "TestSupport"]),
        .testTarget(
            name: "ServiceLevelsTests",
            dependencies: [
                "ServiceLevels", "Alarms", "MQL", "JSON", "Files", "Ledger", "Pages", "YAML", "TestSupport",
            ],
            exclude: ["Golden"]),
        .testTarget(name: "FreshnessTests", dependencies: ["Freshness", "Ledger", "TestSupport"]),
        .testTarget(name: "LedgerTests", dependencies: ["Ledger", "JSON", "Files", "TestSupport"]),
        .testTarget(
            name: "CollectorTests",
            dependencies: [
                "Collector", "JSON", "Files", "Transport", "OCI", "Ledger", "TestSupport",
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "Metrics", package: "swift-metrics"),
            ]),
        .testTarget(
            name: "CollectorCLITests",
            dependencies: [
                "CollectorCLI", "Collector", "JSON", "Files", "LocalOCI", "Transport", "OCI", "OCIMetrics", "Ledger",
                "Freshness", "YAML", "MQL", "Alarms", "Pages", "ServiceLevels", "TestSupport",
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "FlyingFox", package: "FlyingFox"),
                .product(name: "FlyingSocks", package: "FlyingFox"),
            ], exclude: ["Golden"]),
        .testTarget(
            name: "LocalOCITests",
            dependencies: [
                "LocalOCI", "OCI", "JSON", "Files", "Transport", "TestSupport",
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Logging", package: "swift-log"),
            ], exclude: ["Golden"]),
    ],
    swiftLanguageModes: [.v6]
)

for target in package.targets where target.type != .system {
    target.swiftSettings = [
        .treatAllWarnings(as: .error), .strictMemorySafety(),
        .enableUpcomingFeature("ExistentialAny"), .enableUpcomingFeature("InternalImportsByDefault"),
        .enableUpcomingFeature("MemberImportVisibility"), .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
        // A function is a section of its own, so that the linker can put those of a run side by side; else it moves files.
        .unsafeFlags(["-Xfrontend", "-function-sections"], .when(configuration: .release)),
    ]
}
