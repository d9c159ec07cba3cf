#if os(Linux)
  import LinuxWire
  import NetAdapterCore
  import VirtualNIC
  import WireFormats

  /// One side of the bridge: what the command line says of it, its NIC, and its end.
  struct BridgeSide {
    /// `left` or `right`.
    let name: String
    let specification: EndSpecification
    let side: WireSide
    let handshake: Handshake

    /// Opens the end and starts the NIC.
    ///
    /// - Parameters:
    ///   - name: `left` or `right`.
    ///   - specification: Where the end is.
    ///   - options: What the command line says about the bridge.
    ///   - onCallback: Called with what the set-GSO callback is told.
    /// - Throws: ``Failure`` with what failed.
    init(
      _ name: String, _ specification: EndSpecification, _ options: BridgeOptions,
      onCallback: @escaping @Sendable (String, GsoAnswers) -> Void
    ) throws {
      (self.name, self.specification) = (name, specification)
      let isLeft = name == "left"
      let address = MACAddress(isLeft ? 0x02_00_00_00_00_01 : 0x02_00_00_00_00_02)
      let nic = try VirtualNIC(macAddress: address, mtu: options.mtu, rules: options.preset.rules)
      if options.coalesces { try nic.adapter.setRscCapabilities(Self.rsc) }
      handshake = try Handshake(
        starting: nic, isLeft ? options.left : options.right, options.keywords
      ) { onCallback(name, $0) }
      side = WireSide(
        try specification.open(
          queueCount: options.queueCount, mtu: options.mtu,
          offloads: WireOffloads(leftTo: nic.adapter.activeOffloads),
          isVirtual: options.virtualTimePath != nil), nic)
      (side.end as? VhostUserBackend)?.onFault = { printError("vnic: \(name): \($0)\n") }
    }

    /// Hardware that coalesces everything that Microsoft has a flag for.
    private static var rsc: RscCapabilities {
      var rsc = RscCapabilities(
        layer3: [.ipv4NoOptions, .ipv6NoExtensions], layer4: [.tcpNoOptions, .udp]
      ) { _, _ in }
      rsc.tcpTimestampOption = true
      return rsc
    }

    /// Where the end is, with the name that a TAP device got.
    var place: String {
      (side.end as? TAP).map { "tap:\($0.name)" } ?? specification.text
    }

    /// What is ready, in one line.
    var text: String {
      let refused = EndSpecification.refused(by: side.end)
      return "\(name) \(place): ready, offloads \(side.end.offloads)"
        + (refused.isEmpty ? "" : "; the kernel does not have \(refused)") + "\n"
    }

    /// Passes a request on to the adapter, and what results of it to the kernel.
    func apply(_ request: BridgeRequest) throws(Failure) {
      if request.offload == .rsc { side.coalesces = request.isOn }
      do throws(AdapterError) {
        if let parameters = request.parameters {
          try side.nic.adapter.setOffloadParameters(parameters)
        }
      } catch {
        throw Failure("\(request.text): \(error)")
      }
      do throws(WireEndError) {
        try side.update()
      } catch {
        throw Failure("\(place): \(error)")
      }
    }
  }
#endif
