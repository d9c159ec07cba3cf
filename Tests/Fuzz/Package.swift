// swift-tools-version: 6.3
import PackageDescription

// Coverage-guided fuzzing. A package of its own: a normal build never sees the runner, which needs
// libFuzzer. The targets are plain functions, and the package of the tests compiles them too, so
// that `swift test` replays the kept inputs.
let rules: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .strictMemorySafety(),
  .treatAllWarnings(as: .error),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableExperimentalFeature("Lifetimes"),
]

let package = Package(
  name: "Fuzz",
  platforms: [.macOS(.v15)],
  // `build` gives a link to the checkout: a package has the name of its folder, whatever that is.
  dependencies: [.package(name: "vnic", path: Context.environment["VNIC_PATH"] ?? "../..")],
  targets: [
    .executableTarget(
      name: "Fuzz",
      dependencies: [
        "WireFormats", "GsoEngine", "NetAdapterCore", "VirtualNIC", "PacketCapture", "FrameRecipes",
      ].map { .product(name: $0, package: "vnic") },
      path: ".",
      exclude: [
        "attack", "build", "coverage.py", "minimise", "mutate.py", "replay", "run", "seeds.py",
        "show", "soak", "Unreached.tsv",
      ],
      sources: ["Runner", "Targets"],
      swiftSettings: rules + [.enableExperimentalFeature("Extern")])
  ]
)
