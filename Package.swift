// swift-tools-version: 6.2
import PackageDescription

// Own code builds without a single warning.
let strict: [SwiftSetting] = [.treatAllWarnings(as: .error)]
let strictC: [CSetting] = [.treatAllWarnings(as: .error)]

// What `gan --version` tells of the sources, as the Makefile finds it: `Context.gitInformation` is kept with this file's
// content, and would tell an older commit.
let buildInfo: [CSetting] =
    (Context.environment["GAN_COMMIT"] ?? "").isEmpty
    ? [] : [.define("GAN_COMMIT", to: Context.environment["GAN_COMMIT"])]

let package = Package(
    name: "swift-gan",
    products: [
        .library(name: "GANs", targets: ["GANs"]),
        .executable(name: "gan", targets: ["gan"]),
    ],
    traits: [
        .trait(
            name: "DoublePrecision",
            description: "Scalar is Double instead of Float: for gradient checks, not for training."),
        .trait(name: "AVX2", description: "No AVX-512: for comparison with what is held to AVX2."),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/swhitty/FlyingFox", .upToNextMinor(from: "0.27.1")),
    ],
    targets: [
        .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
        .systemLibrary(name: "CEpoll"),
        .systemLibrary(name: "CCrypto", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),
        .target(name: "CPNG", cSettings: strictC, linkerSettings: [.linkedLibrary("png")]),
        .target(name: "CJPEG", cSettings: strictC, linkerSettings: [.linkedLibrary("jpeg")]),
        .target(
            name: "CWebP", cSettings: strictC,
            linkerSettings: [.linkedLibrary("webp"), .linkedLibrary("webpdemux")]),
        .target(name: "CGIF", cSettings: strictC, linkerSettings: [.linkedLibrary("gif")]),
        .target(name: "CBuildInfo", cSettings: strictC + buildInfo),
        .target(name: "CLoops", cSettings: strictC),
        .target(name: "CMPI", cSettings: strictC, linkerSettings: [.linkedLibrary("dl")]),
        .target(name: "CStudioWeb", cSettings: strictC + [.disableWarning("c23-extensions")]),

        .target(name: "Kernels", dependencies: ["CLoops", "CMPI"], swiftSettings: strict),
        .target(name: "Tensors", dependencies: ["Kernels", "CLoops"], swiftSettings: strict),
        .target(name: "Networks", dependencies: ["Tensors"], swiftSettings: strict),
        .target(name: "Files", dependencies: ["CZlib"], swiftSettings: strict),
        .target(name: "Checkpoints", dependencies: ["CCrypto", "Files"], swiftSettings: strict),
        .target(
            name: "Images", dependencies: ["CPNG", "CJPEG", "CWebP", "CGIF", "CZlib", "Files", "Kernels"],
            swiftSettings: strict),
        .target(
            name: "Datasets", dependencies: ["Checkpoints", "CZlib", "Files", "Images", "Kernels"],
            swiftSettings: strict),
        .target(name: "Avatars", dependencies: ["Files", "Images", "Kernels"], swiftSettings: strict),
        .target(name: "Toys", dependencies: ["Tensors", "Images"], swiftSettings: strict),
        .target(
            name: "GANs",
            dependencies: ["Networks", "Checkpoints", "Datasets", "Avatars", "Toys", "Files", "Images"],
            swiftSettings: strict),
        .target(
            name: "Studio",
            dependencies: [
                "GANs", "CEpoll", "CStudioWeb", .product(name: "FlyingFox", package: "FlyingFox"),
                .product(name: "FlyingSocks", package: "FlyingFox"),
            ], exclude: ["Web"], swiftSettings: strict),
        .executableTarget(
            name: "gan",
            dependencies: [
                "CBuildInfo", "GANs", "Studio",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ], swiftSettings: strict),

        .target(
            name: "TestSupport", dependencies: ["Tensors", "Checkpoints"], path: "Tests/TestSupport",
            swiftSettings: strict),
        .testTarget(name: "KernelsTests", dependencies: ["Kernels", "TestSupport"], swiftSettings: strict),
        .testTarget(name: "TensorsTests", dependencies: ["Tensors", "TestSupport"], swiftSettings: strict),
        .testTarget(name: "NetworksTests", dependencies: ["Networks", "TestSupport"], swiftSettings: strict),
        .testTarget(name: "FilesTests", dependencies: ["Files", "TestSupport"], swiftSettings: strict),
        .testTarget(
            name: "CheckpointsTests", dependencies: ["Checkpoints", "Kernels", "TestSupport"],
            swiftSettings: strict),
        .testTarget(name: "ImagesTests", dependencies: ["Images", "TestSupport"], swiftSettings: strict),
        .testTarget(name: "DatasetsTests", dependencies: ["Datasets", "TestSupport"], swiftSettings: strict),
        .testTarget(
            name: "AvatarsTests", dependencies: ["Avatars", "Datasets", "TestSupport"], swiftSettings: strict),
        .testTarget(name: "ToysTests", dependencies: ["Toys"], swiftSettings: strict),
        .testTarget(name: "GANsTests", dependencies: ["GANs", "TestSupport"], swiftSettings: strict),
        .testTarget(name: "StudioTests", dependencies: ["Studio", "TestSupport"], swiftSettings: strict),
        .testTarget(
            name: "ganTests", dependencies: ["gan", "Studio", "TestSupport"], exclude: ["Snapshots"],
            swiftSettings: strict),
    ],
    swiftLanguageModes: [.v6]
)

// The program that `Tools/fuzz` builds. Of the C, sanitizers look into what reads files.
if Context.environment["GAN_FUZZ"] != nil {
    package.targets.append(
        .executableTarget(
            name: "fuzz", dependencies: ["GANs", "CZlib"], path: "Tests/Fuzzing", exclude: ["hostile.dict"],
            swiftSettings: strict))
    let ofC = [
        "CPNG": ["-fsanitize=fuzzer-no-link,undefined", "-fno-sanitize-recover=undefined"],
        "CJPEG": ["-fsanitize=fuzzer-no-link,undefined", "-fno-sanitize-recover=undefined"],
        "CWebP": ["-fsanitize=fuzzer-no-link,undefined", "-fno-sanitize-recover=undefined"],
        "CGIF": ["-fsanitize=fuzzer-no-link,undefined", "-fno-sanitize-recover=undefined"],
        "CLoops": ["-fno-sanitize=all"],
    ]
    for target in package.targets {
        if let flags = ofC[target.name] { target.cSettings?.append(.unsafeFlags(flags)) }
    }
}

// The C loops and the Swift code that reads their header must agree on the number type.
for target in package.targets where target.type != .system {
    target.cSettings =
        (target.cSettings ?? []) + [
            .define("DOUBLE_PRECISION", .when(traits: ["DoublePrecision"])),
            .define("UP_TO_AVX2", .when(traits: ["AVX2"])),
        ]
}
