import NetAdapterCore

/// The two samples of the page "Generic Segmentation Offload", line for line.
///
/// The page's lines follow `//|`, above the Swift that does the same.
enum SeedPageSamples {
  // The page leaves these two constants to the reader.
  static let myGsoOffloadMaxSize = 64_000
  static let myGsoOffloadMinSegmentCount = 2

  //| VOID
  //| MyAdapterSetOffloadCapabilities(
  //|     NETADAPTER NetAdapter
  //| )
  static func myAdapterSetOffloadCapabilities(
    _ netAdapter: NetAdapter, evtAdapterOffloadSetGso: @escaping EvtAdapterSetOffload
  ) throws(AdapterViolation) {
    //|     // Configure the hardware's GSO offload capabilities
    //|     NET_ADAPTER_OFFLOAD_GSO_CAPABILITIES gsoOffloadCapabilities;
    var gsoOffloadCapabilities: GsoCapabilities

    let layer3Flags: Layer3Flags = [
      //|     auto const layer3Flags = NetAdapterOffloadLayer3FlagIPv4NoOptions |
      .ipv4NoOptions,
      //|         NetAdapterOffloadLayer3FlagIPv4WithOptions |
      .ipv4WithOptions,
      //|         NetAdapterOffloadLayer3FlagIPv6NoExtensions |
      .ipv6NoExtensions,
      //|         NetAdapterOffloadLayer3FlagIPv6WithExtensions;
      .ipv6WithExtensions,
    ]

    let layer4Flags: Layer4Flags = [
      //|     auto const layer4Flags = NetAdapterOffloadLayer4FlagTcpNoOptions |
      .tcpNoOptions,
      //|         NetAdapterOffloadLayer4FlagTcpWithOptions;
      .tcpWithOptions,
    ]
    //|         NetAdapterOffloadLayer4FlagUdp;
    // The semicolon in the line above ends the flags: this one is a statement without effect.
    _ = Layer4Flags.udp

    //|     NET_ADAPTER_OFFLOAD_GSO_CAPABILITIES_INIT(
    //|         &gsoOffloadCapabilities,
    gsoOffloadCapabilities = GsoCapabilities(
      //|         layer3Flags,
      layer3: layer3Flags,
      //|         layer4Flags,
      layer4: layer4Flags,
      //|         MY_GSO_OFFLOAD_MAX_SIZE,
      maximumOffloadSize: myGsoOffloadMaxSize,
      //|         MY_GSO_OFFLOAD_MIN_SEGMENT_COUNT,
      minimumSegmentCount: myGsoOffloadMinSegmentCount,
      //|         EvtAdapterOffloadSetGso);
      evtSetGso: evtAdapterOffloadSetGso)

    //|     gsoOffloadCapabilities.Layer4OffsetLimit = 127;
    gsoOffloadCapabilities.layer4HeaderOffsetLimit = 127

    //|     // Set the current GSO offload capabilities and register the callback for future
    //|     // changes in active capabilities
    //|     NetAdapterOffloadSetGsoCapabilities(NetAdapter, &gsoOffloadCapabilities);
    try netAdapter.setGsoCapabilities(gsoOffloadCapabilities)
    //| }
  }

  /// The page's `GsoOffloadEnabled` and `GsoOffloadDisabled`.
  enum GsoOffload { case enabled, disabled }

  /// The page's `MY_NET_ADAPTER_CONTEXT`.
  struct MyNetAdapterContext: Equatable {
    var lsov4 = GsoOffload.disabled
    var lsov6 = GsoOffload.disabled
    var usov4 = GsoOffload.disabled
    var usov6 = GsoOffload.disabled
    var hardwareChecksum = false

    /// The page's `MyUpdateHardwareChecksum`: on if anything is segmented.
    mutating func myUpdateHardwareChecksum() {
      hardwareChecksum = [lsov4, lsov6, usov4, usov6].contains(.enabled)
    }
  }

  /// The context of an adapter: the page's `MyGetNetAdapterContext`.
  final class Context: Sendable {
    private let guarded = Guarded(MyNetAdapterContext())
    var value: MyNetAdapterContext { guarded.withLock { $0 } }
    func change(_ body: (inout MyNetAdapterContext) -> Void) { guarded.withLock { body(&$0) } }
  }

  //| VOID
  //| MyEvtAdapterOffloadSetGso(
  //|     NETADAPTER NetAdapter,
  //|     NETOFFLOAD Offload
  //| )
  static func myEvtAdapterOffloadSetGso(_ context: Context) -> EvtAdapterSetOffload {
    { netAdapter, offload in
      // The queries are made first: a closure cannot capture the NETOFFLOAD.
      let lsov4 = offload.isLsoIPv4Enabled
      let lsov6 = offload.isLsoIPv6Enabled
      let usov4 = offload.isUsoIPv4Enabled
      let usov6 = offload.isUsoIPv6Enabled

      //|     PMY_NET_ADAPTER_CONTEXT adapterContext = MyGetNetAdapterContext(NetAdapter);
      context.change { adapterContext in
        //|     // Store the updated information in the context
        //|     adapterContext->LSOv4 = NetOffloadIsLsoIPv4Enabled(Offload) ?
        //|         GsoOffloadEnabled : GsoOffloadDisabled;
        adapterContext.lsov4 = lsov4 ? .enabled : .disabled
        //|     adapterContext->LSOv6 = NetOffloadIsLsoIPv6Enabled(Offload) ?
        //|         GsoOffloadEnabled : GsoOffloadDisabled;
        adapterContext.lsov6 = lsov6 ? .enabled : .disabled
        //|     adapterContext->USOv4 = NetOffloadIsUsoIPv4Enabled(Offload) ?
        //|         GsoOffloadEnabled : GsoOffloadDisabled;
        adapterContext.usov4 = usov4 ? .enabled : .disabled
        //|     adapterContext->USOv6 = NetOffloadIsUsoIPv6Enabled(Offload) ?
        //|         GsoOffloadEnabled : GsoOffloadDisabled;
        adapterContext.usov6 = usov6 ? .enabled : .disabled

        //|     // Enable hardware checksum if LSO/USO is enabled
        //|     MyUpdateHardwareChecksum(adapterContext);
        adapterContext.myUpdateHardwareChecksum()
      }
      //| }
    }
  }
}
