import Foundation
import PacketCapture
import WireFormats

/// How long the datagrams of each UDP flow are, learned from those that fit the MTU.
///
/// What a flow sent most octets in counts as its size: a few probes that are larger or many
/// acknowledgements that are smaller do not matter. Memory is bounded: of flows beyond the limit
/// nothing is learned.
///
/// An object, because a frame may teach something on its way through code that only reads.
final class DatagramSizes {
  /// The sizes that carried most octets so far.
  private struct Sizes {
    private var sizes = SIMD4<Int>()
    private var octets = SIMD4<Int>()

    /// The size that carried most octets; the larger one of two that carried as many.
    var usual: Int? {
      octets.indices.map { (octets[$0], sizes[$0]) }.max { $0 < $1 }.map(\.1)
    }

    /// Counts a datagram; a new size takes the place of the one that carried least.
    mutating func add(_ size: Int) {
      let known = sizes.indices.first { sizes[$0] == size }
      let least = octets.indices.min { octets[$0] < octets[$1] }
      if let index = known {
        octets[index] += size
      } else if let index = least {
        (sizes[index], octets[index]) = (size, size)
      }
    }
  }

  private static let flowLimit = 16_384

  private var flows: [TransportFlow: Sizes] = [:]
  /// True once all of the capture has been read for this; nothing is learned any more.
  private var isComplete = false

  /// What `--udp-from-flow` asks for; nil without it.
  convenience init?(_ arguments: ParsedArguments) throws(Failure) {
    let name = DatagramBoundaries.option.name
    guard arguments.has(name) else { return nil }
    if arguments.has("--mss") {
      throw Failure(usage: "`\(name)` and `--mss` both say how long datagrams are")
    }
    for other in ["--fragment-udp", "--vnet-hdr"] where arguments.has(other) {
      throw Failure(usage: "`\(name)` and `\(other)` exclude each other")
    }
    self.init()
  }

  /// Reads a capture for its datagrams, if it is a file that can be read once more.
  ///
  /// Of a pipe only those are known that came before. Damage is for the second reading to report.
  func learn(from path: String, mtu: Int, tunnels: TunnelRecognition) {
    let url = URL(fileURLWithPath: path).resolvingSymlinksInPath()
    let isRegular = try? url.resourceValues(forKeys: [.isRegularFileKey]).isRegularFile
    guard path != "-", isRegular == true, let input = try? InputFile(path) else { return }
    _ = try? input.forEachItem { item in
      guard let record = item.record, let link = LinkLayer(record.linkType),
        let layout = try? PacketLayout(parsing: record.frame, link: link, tunnels: tunnels),
        Int(record.originalLength) - layout.linkHeaderLength <= mtu
      else { return }
      note(record.frame, layout)
    }
    isComplete = true
  }

  /// Learns from a frame that fits.
  func note(_ frame: RawSpan, _ layout: PacketLayout) {
    guard !isComplete, let flow = Self.flow(frame, layout), let transport = layout.transport else {
      return
    }
    let length: UInt16 = frame.networkOrder(at: transport.offset + 4)
    let size = Int(length) - UDPHeader.byteCount
    guard size > 0, flows.count < Self.flowLimit || flows[flow] != nil else { return }
    flows[flow, default: Sizes()].add(size)
  }

  /// The payload of the flow's datagrams, in octets; nil if none was seen.
  func size(of frame: RawSpan, _ layout: PacketLayout) -> Int? {
    Self.flow(frame, layout).flatMap { flows[$0]?.usual }
  }

  private static func flow(_ frame: RawSpan, _ layout: PacketLayout) -> TransportFlow? {
    layout.transport?.kind == .udp ? TransportFlow(of: frame, layout) : nil
  }
}
