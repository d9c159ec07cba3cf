// swift-tools-version: 6.3
import PackageDescription

// What the Swift targets of this package are built with. Clients need none of it.
let rules: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .strictMemorySafety(),
  .treatAllWarnings(as: .error),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableExperimentalFeature("Lifetimes"),
]

// The order of the house, from the ground up. A module imports only what stands above it here.
//
//   CSumKernels      C: what Swift cannot say; a header and nothing else
//   WireFormats      imports CSumKernels
//   PacketCapture    imports nothing
//   FrameRecipes     imports nothing
//   GsoEngine        imports WireFormats
//   NetAdapterCore   imports WireFormats
//   VirtualNIC       imports WireFormats, GsoEngine, NetAdapterCore
//   VirtualNICTesting  imports FrameRecipes, PacketCapture, VirtualNIC and what that imports
//   LinuxWire        imports VirtualNIC and what that imports, and CLinuxWire; on Linux only
//   CVnic            C: vnic.h, a header and nothing else
//   CVirtualNIC      the functions of vnic.h; imports CVnic, VirtualNIC and what that imports
//   vnic             the command line, may import everything
let package = Package(
  name: "vnic",
  // `Mutex` and `Atomic` of Synchronization need these; spans are there since macOS 10.14.4.
  platforms: [.macOS(.v15), .iOS(.v18), .tvOS(.v18), .watchOS(.v11), .visionOS(.v2)],
  products: [
    .library(name: "WireFormats", targets: ["WireFormats"]),
    .library(name: "NetAdapterCore", targets: ["NetAdapterCore"]),
    .library(name: "GsoEngine", targets: ["GsoEngine"]),
    .library(name: "VirtualNIC", targets: ["VirtualNIC"]),
    .library(name: "PacketCapture", targets: ["PacketCapture"]),
    .library(name: "FrameRecipes", targets: ["FrameRecipes"]),
    .library(name: "VirtualNICTesting", targets: ["VirtualNICTesting"]),
    .library(name: "CVirtualNIC", type: .static, targets: ["CVirtualNIC", "CVnic"]),
    .library(name: "CVirtualNICShared", type: .dynamic, targets: ["CVirtualNIC", "CVnic"]),
    .executable(name: "vnic", targets: ["vnic"]),
  ],
  targets: [
    .target(name: "CSumKernels"),
    .target(name: "WireFormats", dependencies: ["CSumKernels"], swiftSettings: rules),
    .target(name: "NetAdapterCore", dependencies: ["WireFormats"], swiftSettings: rules),
    .target(name: "GsoEngine", dependencies: ["WireFormats"], swiftSettings: rules),
    .target(name: "PacketCapture", swiftSettings: rules),
    .target(name: "FrameRecipes", swiftSettings: rules),
    .target(
      name: "VirtualNIC", dependencies: ["WireFormats", "GsoEngine", "NetAdapterCore"],
      swiftSettings: rules),
    .target(
      name: "VirtualNICTesting",
      dependencies: [
        "FrameRecipes", "PacketCapture", "VirtualNIC", "NetAdapterCore", "GsoEngine", "WireFormats",
      ],
      swiftSettings: rules),
    .target(name: "CVnic", exclude: ["build-archive"]),
    .target(
      name: "CVirtualNIC",
      dependencies: ["CVnic", "VirtualNIC", "NetAdapterCore", "GsoEngine", "WireFormats"],
      swiftSettings: rules),
    .executableTarget(
      name: "vnic",
      dependencies: [
        "WireFormats", "GsoEngine", "NetAdapterCore", "VirtualNIC", "PacketCapture",
        "FrameRecipes", "VirtualNICTesting", "CVirtualNIC", "CVnic",
      ],
      swiftSettings: rules),

    .target(
      name: "TestSupport",
      dependencies: ["FrameRecipes", "VirtualNICTesting", "CAllocationCounter"],
      path: "Tests/TestSupport", packageAccess: false, swiftSettings: rules),
    .target(name: "CAllocationCounter", path: "Tests/CAllocationCounter"),
    // Two NICs that tests save and restore, and a tool that goes on with them in another process.
    .target(
      name: "TestSimulation",
      dependencies: [
        "FrameRecipes", "GsoEngine", "NetAdapterCore", "VirtualNIC", "VirtualNICTesting",
        "WireFormats",
      ],
      path: "Tests/TestSimulation", packageAccess: false, swiftSettings: rules),
    .executableTarget(
      name: "simulation-tool", dependencies: ["TestSimulation"], path: "Tests/SimulationTool",
      packageAccess: false, swiftSettings: rules),
    // What `Tests/Fuzz`, a package of its own, runs with libFuzzer: here its kept inputs are tests.
    .target(
      name: "FuzzTargets",
      dependencies: [
        "WireFormats", "GsoEngine", "NetAdapterCore", "VirtualNIC", "PacketCapture", "FrameRecipes",
      ],
      path: "Tests/Fuzz/Targets", packageAccess: false, swiftSettings: rules),
    .testTarget(
      name: "FuzzTests", dependencies: ["FuzzTargets", "WireFormats", "TestSupport"],
      swiftSettings: rules),
    .testTarget(
      name: "TestSupportTests", dependencies: ["VirtualNICTesting", "TestSupport"],
      packageAccess: false, swiftSettings: rules),
    // These two see package declarations, too: sums and offsets that other modules use, and the
    // negotiation of offloads without an adapter.
    .testTarget(
      name: "WireFormatsTests",
      dependencies: ["WireFormats", "FrameRecipes", "VirtualNICTesting", "TestSupport"],
      swiftSettings: rules),
    .testTarget(
      name: "NetAdapterCoreTests",
      dependencies: ["NetAdapterCore", "WireFormats", "VirtualNICTesting", "TestSupport"],
      swiftSettings: rules),
    .testTarget(
      name: "GsoEngineTests",
      dependencies: [
        "GsoEngine", "WireFormats", "FrameRecipes", "VirtualNICTesting", "TestSupport",
      ],
      packageAccess: false, swiftSettings: rules),
    .testTarget(
      name: "VirtualNICTests",
      dependencies: [
        "VirtualNIC", "NetAdapterCore", "GsoEngine", "WireFormats", "VirtualNICTesting",
        "TestSupport", "TestSimulation", "simulation-tool",
      ],
      packageAccess: false, swiftSettings: rules),
    .testTarget(
      name: "PacketCaptureTests", dependencies: ["PacketCapture", "TestSupport"],
      packageAccess: false, swiftSettings: rules),
    // As anybody would: public declarations only.
    .testTarget(
      name: "FrameRecipesTests", dependencies: ["FrameRecipes"], packageAccess: false,
      swiftSettings: rules),
    .testTarget(
      name: "VirtualNICTestingTests",
      dependencies: [
        "VirtualNICTesting", "FrameRecipes", "PacketCapture", "VirtualNIC", "NetAdapterCore",
        "GsoEngine", "WireFormats", "TestSupport",
      ],
      packageAccess: false, swiftSettings: rules),
    // Every public call, in a random order: public declarations only.
    .testTarget(
      name: "CallOrderTests",
      dependencies: [
        "VirtualNIC", "NetAdapterCore", "GsoEngine", "WireFormats", "PacketCapture",
        "VirtualNICTesting", "TestSupport",
      ],
      exclude: ["Exceptions.tsv"], packageAccess: false, swiftSettings: rules),
    .testTarget(
      name: "IntegrationTests",
      dependencies: [
        "vnic", "VirtualNIC", "NetAdapterCore", "GsoEngine", "WireFormats", "PacketCapture",
        "FrameRecipes", "VirtualNICTesting", "TestSupport",
      ],
      packageAccess: false, swiftSettings: rules),

    // The functions of `vnic.h`, called through the header alone, as C does.
    .testTarget(
      name: "CVirtualNICTests",
      dependencies: [
        "CVirtualNIC", "CVnic", "VirtualNIC", "NetAdapterCore", "GsoEngine", "WireFormats",
        "FrameRecipes", "VirtualNICTesting", "TestSupport",
      ],
      packageAccess: false),
    // How others use the libraries: public declarations only, and the settings of any package.
    .testTarget(
      name: "ExampleTests",
      dependencies: [
        "VirtualNIC", "NetAdapterCore", "GsoEngine", "WireFormats", "PacketCapture",
        "FrameRecipes", "VirtualNICTesting",
      ],
      packageAccess: false),
  ]
)

#if os(Linux)
  // TAP devices, packet sockets and vhost-user: real kernels on the wires of a NIC.
  package.products.append(.library(name: "LinuxWire", targets: ["LinuxWire"]))
  package.targets += [
    .target(name: "CLinuxWire"),
    .target(
      name: "LinuxWire",
      dependencies: ["WireFormats", "GsoEngine", "NetAdapterCore", "VirtualNIC", "CLinuxWire"],
      swiftSettings: rules),
    .target(name: "CFrontEnd", path: "Tests/CFrontEnd"),
    .testTarget(
      name: "LinuxWireTests",
      dependencies: [
        "LinuxWire", "VirtualNIC", "NetAdapterCore", "GsoEngine", "WireFormats", "FrameRecipes",
        "VirtualNICTesting", "TestSupport", "CFrontEnd",
      ],
      packageAccess: false, swiftSettings: rules),
  ]
  for target in package.targets where target.name == "vnic" {
    target.dependencies.append("LinuxWire")
  }
#endif
