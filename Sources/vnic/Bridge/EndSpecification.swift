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
    ///   - queueCount: Queues of a TAP device.
    ///   - mtu: The MTU that a TAP device gets, in octets.
    /// - Returns: The end.
    /// - Throws: ``Failure`` with what failed, and what to do about it.
    func open(queueCount: Int, mtu: Int) throws -> any WireEnd {
      do throws(LinuxWire.WireError) {
        switch kind {
        case .tap: return try TAP(place, queueCount: queueCount, mtu: mtu)
        case .packet: return try PacketSocket(place)
        case .vhost: break
        }
      } catch {
        throw Failure("\(text): \(error)")
      }
      throw Failure(
        usage: "`\(text)`: this version has no vhost-user; attach the guest by tap:NAME, or its "
          + "TAP device by packet:IFACE")
    }

    /// What the kernel refuses of what was asked for; empty for other ends than TAP devices.
    static func refused(by end: any WireEnd) -> WireOffloads {
      (end as? TAP)?.refusedOffloads ?? []
    }
  }
#endif
