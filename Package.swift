// swift-tools-version: 6.2
// SPDX-License-Identifier: MIT

import PackageDescription

let package = Package(
    name: "polisen-collector",
    products: [
        .executable(name: "polisen-collector", targets: ["CollectorCLI"]),
        .executable(name: "local-oci", targets: ["LocalOCI"]),
        .library(name: "JournalLogging", targets: ["JournalLogging"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/swhitty/FlyingFox", from: "0.27.1"),
    ],
    targets: [
        // C libraries: a module map and a shim each, imported by one Swift module each.
        // CCurl has no pkgConfig: libcurl is loaded when the first transfer is made, so nothing may link it.
        .systemLibrary(name: "CCurl", providers: [.apt(["libcurl4-openssl-dev"])]),
        .systemLibrary(name: "COpenSSL", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),
        .systemLibrary(name: "CSystemd", pkgConfig: "libsystemd", providers: [.apt(["libsystemd-dev"])]),
        .systemLibrary(name: "CYAML", pkgConfig: "yaml-0.1", providers: [.apt(["libyaml-dev"])]),
        .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),

        // The edge: bytes on disk and on the wire.
        .target(name: "JSON"),
        .target(name: "Files", dependencies: ["CZlib"]),
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
            name: "JournalLogging", dependencies: ["Systemd", "JSON", .product(name: "Logging", package: "swift-log")]),
        .target(name: "Ledger", dependencies: ["JSON", "Files"]),
        .target(
            name: "Collector",
            dependencies: [
                "JSON", "Files", "Transport", "OCI", "Ledger", .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Logging", package: "swift-log"),
            ]),

        // Executables.
        .executableTarget(
            name: "CollectorCLI",
            dependencies: [
                "JSON", "Files", "Transport", "OCI", "YAML", "Systemd", "JournalLogging", "Ledger", "Collector",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Logging", package: "swift-log"),
            ]),
        .executableTarget(
            name: "LocalOCI",
            dependencies: [
                "JSON", "Files", "OCI",
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
        .testTarget(name: "LedgerTests", dependencies: ["Ledger", "JSON", "Files", "TestSupport"]),
        .testTarget(
            name: "CollectorTests",
            dependencies: [
                "Collector", "JSON", "Files", "Transport", "OCI", "Ledger", "TestSupport",
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Logging", package: "swift-log"),
            ]),
        .testTarget(
            name: "CollectorCLITests",
            dependencies: [
                "CollectorCLI", "Collector", "JSON", "Files", "Transport", "OCI", "Ledger", "YAML", "TestSupport",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
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
    ]
}
