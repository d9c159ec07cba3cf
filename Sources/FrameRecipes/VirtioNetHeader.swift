extension FrameRecipe {
  /// A virtio-net header to stand before the frame (VIRTIO 1.3, section 5.1.6).
  ///
  /// Its fields follow from the recipe and from what is asked of the receiver; each can be set to
  /// another value, right or wrong.
  public struct VirtioNetHeader: Equatable, Sendable {
    /// How much of the header there is.
    public enum Form: Int, CaseIterable, Sendable {
      /// 10 octets: legacy devices without mergeable buffers, and TAP by default.
      case legacy = 10
      /// 12 octets: with the number of buffers.
      case modern = 12
      /// 20 octets: with hash fields, all 0.
      case hashReport = 20
      /// 24 octets: with hash fields, all 0, and the offsets of a UDP tunnel.
      case udpTunnel = 24
    }

    /// What is asked of the receiver of the header.
    public enum Request: Equatable, Sendable {
      /// Nothing: the frame is complete.
      case nothing
      /// To complete the transport checksum.
      case checksum
      /// To make segments or datagrams of this much payload, in octets.
      case segment(UInt16)
      /// To make IP fragments of one datagram ("UFO"), of this much payload, in octets.
      case fragment(UInt16)
    }

    /// What is asked of the receiver of the header.
    public var request: Request
    /// How much of the header there is.
    public var form: Form
    /// The flags; nil for those that fit the request.
    public var flags: UInt8?
    /// The kind of segmentation; nil for the one that fits the request.
    public var gsoType: UInt8?
    /// The octets of all headers; nil for the right number.
    public var headerLength: UInt16?
    /// Where the checksum starts to count; nil for the transport header.
    public var checksumStart: UInt16?
    /// Where the checksum is stored, from there; nil for the field of the transport header.
    public var checksumOffset: UInt16?
    /// The number of buffers that a received frame fills; not in the legacy form.
    public var bufferCount: UInt16 = 0

    /// A header that asks for `request`, changed by `change`.
    public init(
      _ request: Request = .nothing, form: Form = .modern,
      _ change: (inout VirtioNetHeader) -> Void = { _ in }
    ) {
      self.request = request
      self.form = form
      change(&self)
    }

    /// A header that asks for segments or datagrams of `size` octets of payload.
    public static func segment(_ size: UInt16, form: Form = .modern) -> VirtioNetHeader {
      VirtioNetHeader(.segment(size), form: form)
    }

    /// A header that asks to complete the transport checksum.
    public static func checksum(form: Form = .modern) -> VirtioNetHeader {
      VirtioNetHeader(.checksum, form: form)
    }

    func octets(of recipe: FrameRecipe) -> [UInt8] {
      let layout = recipe.layout
      // A tunnel over UDP is described by its inner packet; others are payload to the outer header.
      let tunnel = recipe.encapsulation.flatMap { $0.isOverUDP ? $0 : nil }
      var (flags, type, size): (UInt8, UInt8, UInt16) = (request == .nothing ? 0 : 1, 0, 0)
      switch request {
      case .nothing, .checksum: break
      case .fragment(let count): (type, size) = (3, count)
      case .segment(let count):
        type = !recipe.transport.isTCP ? 5 : recipe.network.isIPv6 ? 4 : 1
        size = count
        if recipe.transport.tcp?.flags.contains(.cwr) == true { type |= 0x80 }
        if let tunnel {
          type |= tunnel.network.isIPv6 ? 0x40 : 0x20
          if tunnel.checksum == .pseudoHeader { flags |= 8 }
        }
      }
      let hasChecksum = request != .nothing
      let offset = UInt16(truncatingIfNeeded: recipe.transport.checksumOffset)
      let start = hasChecksum ? layout.transportOffset : 0
      let length = hasChecksum ? layout.headerByteCount : 0
      var out = [self.flags ?? flags, gsoType ?? type]
      out += littleEndian16(headerLength ?? UInt16(truncatingIfNeeded: length))
      out += littleEndian16(size)
      out += littleEndian16(checksumStart ?? UInt16(truncatingIfNeeded: start))
      out += littleEndian16(checksumOffset ?? (hasChecksum ? offset : 0))
      if form == .legacy { return out }
      out += littleEndian16(bufferCount)
      if form == .modern { return out }
      out += [0, 0, 0, 0, 0, 0, 0, 0]
      if form == .hashReport { return out }
      let outer = tunnel == nil ? 0 : layout.outerTransportOffset ?? 0
      let inner = tunnel == nil ? 0 : layout.networkOffset
      return out + littleEndian16(UInt16(truncatingIfNeeded: outer))
        + littleEndian16(UInt16(truncatingIfNeeded: inner))
    }
  }
}

private func littleEndian16(_ value: UInt16) -> [UInt8] {
  [UInt8(truncatingIfNeeded: value), UInt8(truncatingIfNeeded: value &>> 8)]
}
