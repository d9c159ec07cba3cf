#if os(Linux)
  import LinuxWire

  /// Where a kernel is attached, as the command line names it: `tap:NAME`, `packet:IFACE` or
  /// `vhost:PATH`.
  struct EndSpecification {
    enum Kind: String, CaseIterable {
      case tap
      case packet
      case vhost
    }

    /// What the command line has.
    let text: String
    let kind: Kind
    /// The name of an interface, or a path.
    let place: String

    init(_ text: String) throws(Failure) {
      let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
      let forms = "tap:NAME, packet:IFACE or vhost:PATH is needed"
      guard parts.count == 2, !parts[1].isEmpty else {
        throw Failure(usage: "`\(text)` is no end of a wire: \(forms)")
      }
      guard let kind = Kind(rawValue: String(parts[0])) else {
        let hint = nearest(to: String(parts[0]), in: Kind.allCases.map(\.rawValue))
        throw Failure(
          usage: "`\(text)`: " + (hint.map { "did you mean `\($0):\(parts[1])`?" } ?? forms))
      }
      (self.text, self.kind, place) = (text, kind, String(parts[1]))
    }

    /// Opens it.
    ///
    /// - Parameters:
    ///   - queueCount: Queues of a TAP device, and pairs of queues of a guest.
    ///   - mtu: The MTU that a TAP device gets, in octets.
    ///   - offloads: What a guest is offered, in both directions.
    ///   - isVirtual: Whether a guest is offered virtual time.
    /// - Returns: The end.
    /// - Throws: ``Failure`` with what failed, and what to do about it.
    func open(
      queueCount: Int, mtu: Int, offloads: WireOffloads, isVirtual: Bool
    ) throws -> any WireEnd {
      do throws(WireEndError) {
        switch kind {
        case .tap: return try TAP(place, queueCount: queueCount, mtu: mtu)
        case .packet: return try PacketSocket(place)
        case .vhost:
          return try VhostUserBackend(
            path: place, configuration: try Self.configuration(queueCount, offloads, isVirtual))
        }
      } catch {
        throw Failure("\(text): \(error)")
      }
    }

    private static func configuration(
      _ queueCount: Int, _ offloads: WireOffloads, _ isVirtual: Bool
    ) throws(WireEndError) -> VhostUserConfiguration {
      do throws(VhostUserConfigurationError) {
        return try VhostUserConfiguration {
          ($0.hostOffloads, $0.guestOffloads) = (offloads, offloads)
          $0.queuePairCount = queueCount
          $0.offersInBandNotifications = isVirtual
        }
      } catch {
        throw .queueCount(queueCount, limit: VhostUserConfiguration.queuePairRange.upperBound)
      }
    }

    /// What the kernel refuses of what was asked for; empty for other ends than TAP devices.
    static func refused(by end: any WireEnd) -> WireOffloads {
      (end as? TAP)?.refusedOffloads ?? []
    }
  }
#endif
