import GsoEngine
import TestSupport
import WireFormats

/// Frames of one flow, one after the other: each continues where the one before it ended.
struct Conversation {
  var recipe: FrameRecipe

  init(
    _ network: Network = .ipv4(), _ transport: Transport = .tcp(),
    encapsulation: Encapsulation? = nil
  ) {
    recipe = FrameRecipe(network: network, transport: transport, encapsulation: encapsulation)
    if encapsulation?.kind == .ipInIP { recipe.link = .rawIP }
  }

  /// The next frame, with `count` octets of payload and changes that it alone has.
  mutating func next(_ count: Int, _ change: (inout FrameRecipe) -> Void = { _ in }) -> [UInt8] {
    var frame = recipe
    frame.payload = Payload(seed: UInt64(recipe.tcpSequence) &+ 7, count: count)
    change(&frame)
    recipe.advance(by: count)
    return frame.build()
  }

  /// Octets of the headers before the payload.
  var headerLength: Int {
    var empty = recipe
    empty.payload = .empty
    return empty.build().count
  }
}

extension FrameRecipe {
  /// The TCP header; changes to it do nothing for UDP.
  var tcp: TCPRecipe {
    get { if case .tcp(let header) = transport { header } else { TCPRecipe() } }
    set { if case .tcp = transport { transport = .tcp(newValue) } }
  }

  fileprivate var tcpSequence: UInt32 {
    guard case .tcp(let header) = transport else {
      return UInt32(network.ipv4?.identification ?? 0)
    }
    return header.sequenceNumber
  }

  /// Becomes the frame after one with `count` octets of payload.
  fileprivate mutating func advance(by count: Int) {
    tcp.sequenceNumber &+= UInt32(count)
    network.ipv4?.identification &+= 1
    encapsulation?.network.ipv4?.identification &+= 1
  }
}

extension [CoalescedFrame] {
  /// Payload octets of each frame that came out.
  var payloads: [Int] {
    map { frame in
      let layout = try? PacketLayout(parsing: frame.octets)
      return layout?.payloadRange?.count ?? -1
    }
  }

  /// Numbers of the frames that went into each.
  var inputs: [[Int]] { map(\.inputs) }
}
