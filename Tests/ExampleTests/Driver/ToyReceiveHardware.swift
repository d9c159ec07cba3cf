import GsoEngine
import NetAdapterCore
import VirtualNIC
import WireFormats

/// Hardware that receives: the end of a wire, a little memory, and buffers that a driver gives it.
final class ToyReceiveHardware: Link {
  /// Checksums to look at, as the driver was told.
  var active = ActiveOffloads.RxChecksum()
  /// Frames that came when the memory was full.
  private(set) var lostCount = 0
  private var memory: [[UInt8]] = []

  /// Takes frames from the wire: to have this is to be a link.
  func send(_ frames: FrameBatch, at time: VirtualTime) {
    for index in 0..<frames.count {
      if memory.count < 256 { memory.append(frames[index].array()) } else { lostCount += 1 }
    }
  }

  /// `EvtPacketQueueAdvance`: puts frames into buffers, as long as there are any.
  func advance(_ rings: inout NetRingCollection) {
    var done = 0
    for frame in memory {
      guard receive(frame, &rings) else { break }
      done += 1
    }
    memory.removeFirst(done)
  }

  /// `EvtPacketQueueCancel`: everything goes back, packets as ignored ones.
  func returnAll(_ rings: inout NetRingCollection) {
    for index in rings.packets.window { rings.packets[index].isIgnored = true }
    rings.packets.beginIndex = rings.packets.endIndex
    rings.fragments.beginIndex = rings.fragments.endIndex
  }

  /// Makes one packet of a frame; false if packets or fragments have run out.
  private func receive(_ frame: [UInt8], _ rings: inout NetRingCollection) -> Bool {
    let needed = (frame.count + rings.bufferCapacity - 1) / rings.bufferCapacity
    guard !rings.packets.window.isEmpty, rings.fragments.window.count >= needed else {
      return false
    }
    var packet = NetPacket()
    packet.fragmentIndex = rings.fragments.beginIndex
    packet.fragmentCount = needed
    if let layout = try? PacketLayout(parsing: frame) { packet.layout = NetPacketLayout(layout) }

    var rest = frame.octets
    while rest.byteCount > 0 {
      let written = rings.fillBuffer(ofFragment: rings.fragments.beginIndex, with: rest)
      rest = rest.extracting(droppingFirst: written)
      rings.fragments.beginIndex = rings.fragments.index(after: rings.fragments.beginIndex)
    }
    let index = rings.packets.beginIndex
    rings.packets[index] = packet
    rings.checksum[index] = evaluation(of: frame)
    rings.packets.beginIndex = rings.packets.index(after: index)
    return true
  }

  /// What the checksums of a frame look like, as far as anybody wants to know.
  private func evaluation(of frame: [UInt8]) -> NetPacketChecksum {
    var evaluation = NetPacketChecksum(layer3: .notChecked, layer4: .notChecked)
    guard let layout = try? PacketLayout(parsing: frame), let network = layout.network else {
      return evaluation
    }
    if active.ipv4, let header = try? IPv4Header(frame.octets, at: network.offset) {
      evaluation.layer3Evaluation = header.hasValidChecksum ? .valid : .invalid
    }
    if active.tcp, layout.transport?.kind == .tcp {
      let isValid = layout.transportChecksum(of: frame) == .valid
      evaluation.layer4Evaluation = isValid ? .valid : .invalid
    }
    return evaluation
  }
}
