public import WireFormats

extension Explanation {
  /// A header of a frame, or what follows the headers: its payload, a trailer.
  public struct Header: Hashable, Sendable, Encodable {
    /// Its name: `IPv4`; `payload` or `trailer` for what is no header.
    public let layer: String
    /// Where it starts, in octets from the start of the frame.
    public let offset: Int
    /// Its length in octets.
    public let length: Int
    /// Its fields in the order of the frame; bits without a name are not listed.
    public internal(set) var fields: [Field] = []

    /// Its octets, counted from the start of the frame.
    public var range: Range<Int> { offset..<offset + length }
    /// Whether it is a header, and not what follows the headers.
    public var isHeader: Bool { !["payload", "trailer", "not read"].contains(layer) }

    internal init(layer: String, offset: Int, length: Int) {
      (self.layer, self.offset, self.length) = (layer, offset, length)
    }
  }

  /// A field of a header.
  public struct Field: Hashable, Sendable, Encodable {
    /// Its name, that of the RFC: `total length`.
    public let name: String
    /// Where its first octet lies, counted from the start of the frame.
    public let offset: Int
    /// The number of octets that it touches.
    public let length: Int
    /// Its value: a number, an address, names of bits.
    public let value: String
    /// What is to be said about the value: `right`, `partial`; nil for nothing.
    public let note: String?

    /// The octets that it touches, counted from the start of the frame.
    public var range: Range<Int> { offset..<offset + length }
    /// The value, with the note in parentheses.
    public var text: String { value + (note.map { " (\($0))" } ?? "") }
  }

  /// Reads the headers of a frame with their fields, and what follows them.
  ///
  /// - Parameters:
  ///   - frame: The frame.
  ///   - layout: The layout of that frame.
  /// - Returns: The headers from the outside in, which have every octet of the frame together.
  /// - Complexity: O(*n*) in the octets, because checksums are checked. Allocates.
  public static func headers(of frame: RawSpan, layout: PacketLayout) -> [Header] {
    guard layout.frameLength == frame.byteCount else {
      return headers(ofUnread: frame, layout.link)
    }
    var list = HeaderList()
    list.addLink(frame, layout)
    if let tunnel = layout.tunnel, let network = layout.network {
      list.addNetwork(frame, tunnel.network)
      list.addTunnel(frame, tunnel, around: network)
    }
    if let network = layout.network { list.addNetwork(frame, network) }
    list.addTransport(frame, layout)
    let packetEnd = min(layout.outerNetwork?.end ?? frame.byteCount, frame.byteCount)
    let last = layout.payloadRange == nil ? "payload" : "trailer"
    if list.end < packetEnd {
      list.begin(last, at: list.end, length: packetEnd - list.end)
    }
    if list.end < frame.byteCount {
      list.begin("trailer", at: list.end, length: frame.byteCount - list.end)
    }
    return list.headers
  }

  /// The link header of a frame whose headers cannot be read, and the rest of it.
  internal static func headers(ofUnread frame: RawSpan, _ link: LinkLayer) -> [Header] {
    var list = HeaderList()
    if link == .ethernet { list.addEthernet(frame, at: 0, tags: 0) }
    if list.end < frame.byteCount {
      list.begin("not read", at: list.end, length: frame.byteCount - list.end)
    }
    return list.headers
  }
}
