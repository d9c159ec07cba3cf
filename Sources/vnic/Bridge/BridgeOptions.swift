#if os(Linux)
  import GsoEngine
  import NetAdapterCore

  /// What the command line says about the bridge, but for its ends.
  struct BridgeOptions {
    /// The hardware of each side.
    let left: GsoDeclaration
    let right: GsoDeclaration
    let keywords: KeywordStore
    let preset: RulesPreset<SegmentationRules>
    let mtu: Int
    let queueCount: Int
    let faults: WireFaults
    let coalesces: Bool
    /// Seconds; nil without an end.
    let duration: Int?
    let capturePath: String?
    /// The socket of the guests' calendar; nil for the clock of this machine.
    let virtualTimePath: String?
    let wantsJSON: Bool

    init(_ arguments: ParsedArguments) throws(Failure) {
      left = try GsoDeclaration(arguments, insteadOfGso: "--left-gso")
      right = try GsoDeclaration(arguments, insteadOfGso: "--right-gso")
      keywords = try KeywordStore(arguments.values("--keyword"))
      preset = try RulesPreset<SegmentationRules>(arguments)
      // The least MTU of an Ethernet interface of Linux, and the greatest of a TAP device.
      mtu = try arguments.number("--mtu", in: 68...65_521) ?? 1_500
      queueCount = try arguments.number("--queues", in: 1...256) ?? 1
      faults = try WireFaults(arguments)
      coalesces = arguments.has("--rsc")
      duration = try arguments.number("--duration", in: 1...1_000_000_000)
      capturePath = arguments.value("--capture")
      if let capturePath, OutputFormat(extensionOf: capturePath) == .pcap {
        throw Failure(
          usage: "`--capture \(capturePath)`: the capture is pcapng, because pcap has no comments")
      }
      virtualTimePath = arguments.value("--virtual-time")
      wantsJSON = arguments.has("--json")
    }

    /// The options for it.
    static let options: [CommandDescription.Option] =
      GsoDeclaration.options + [
        .init("--left-gso", value: "LIST", "the same for the left side only"),
        .init("--right-gso", value: "LIST", "the same for the right side only"),
        .init(
          "--keyword", value: "*NAME=VALUE", isRepeatable: true,
          """
          an INF keyword of both adapters, such as '*LsoV2IPv4=0'
          (dword:0 for a number instead of text); may be repeated
          """),
        RulesPreset<SegmentationRules>.option,
        .init(
          "--mtu", value: "N",
          "largest IP packet on the wire, and MTU of TAP devices, in\noctets (default 1500)"),
        .init(
          "--queues", value: "N",
          "queues of each TAP device, and pairs of queues of a guest\n(default 1)"),
        .init(
          "--rsc", "the NICs coalesce what they receive (RSC, URO), for a side\nthat takes it"),
      ] + WireFaults.options + [
        .init(
          "--capture", value: "FILE",
          "write both sides to a pcapng file, with what was decided\nas comments"),
        .init(
          "--virtual-time", value: "SOCKET",
          """
          both guests and the wire have one virtual time, which is
          given out at this socket: the same seed gives the same run
          """),
        .init(
          "--duration", value: "SECONDS",
          "end by itself, after seconds of virtual time if there is one\n(default: at Ctrl-C)"),
        .init("--json", "print the summary as JSON"),
      ]
  }
#endif
