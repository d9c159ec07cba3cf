import NetAdapterCore
import VirtualNIC
import WireFormats

/// A network device as a data sheet describes it: a ring of descriptors, each of which belongs to
/// the driver or to the device.
///
/// The device works when it has time, not when it is told to. It reads headers where the descriptor
/// says that they are, takes lengths from buffers, and computes only what the descriptor asks for.
/// A large send goes by the partial checksum that the stack left: the device adds lengths and data.
final class SampleDevice {
  /// A part of a packet to send.
  struct Descriptor {
    /// `OWN`: whether the descriptor belongs to the device.
    var isOwnedByDevice = false
    /// The fragment, in place of its address.
    var fragment = 0
    var isLast = false
    /// `MSS` of a large send; 0 for none.
    var mss = 0
    /// Where the IP and transport headers start, in octets; 0 if the driver does not know.
    var ipOffset = 0
    var transportOffset = 0
    /// Length of all headers of a large send, in octets.
    var headerLength = 0
    var isIPv6 = false
    /// `IPCS` and `TCPCS`: the checksums that are asked for.
    var wantsIPChecksum = false
    var wantsTCPChecksum = false
  }

  var descriptors: [Descriptor]
  private let wire: any Link
  private var next = 0

  init(descriptorCount: Int, wire: any Link) {
    descriptors = Array(repeating: Descriptor(), count: descriptorCount)
    self.wire = wire
  }

  /// Sends packets until at least `budget` descriptors are done, and gives these back.
  func work(budget: Int, _ rings: borrowing NetRingCollection) {
    var done = 0
    while done < budget, descriptors[next].isOwnedByDevice {
      let first = next
      var octets: [UInt8] = []
      var used: [Int] = []
      repeat {
        octets += rings.octets(ofFragment: descriptors[next].fragment).array()
        used.append(next)
        next = (next + 1) % descriptors.count
      } while !descriptors[used[used.count - 1]].isLast
      send(octets, descriptors[first])
      for index in used { descriptors[index].isOwnedByDevice = false }
      done += used.count
    }
  }

  private func send(_ packet: [UInt8], _ descriptor: Descriptor) {
    if descriptor.mss > 0 { return sendSegments(of: packet, descriptor) }
    var packet = packet
    if descriptor.wantsIPChecksum { packet.completeIPChecksum(at: descriptor.ipOffset) }
    if descriptor.wantsTCPChecksum {
      packet.completeTCPChecksum(
        at: descriptor.transportOffset, ip: descriptor.ipOffset, isIPv6: descriptor.isIPv6)
    }
    wire.send(packet)
  }

  private func sendSegments(of packet: [UInt8], _ descriptor: Descriptor) {
    let (ip, tcp, end) = (
      descriptor.ipOffset, descriptor.transportOffset, descriptor.headerLength
    )
    let flags = packet[tcp + 13]
    var start = end
    var index = 0
    while start < packet.count {
      let payload = packet[start..<min(start + descriptor.mss, packet.count)]
      var segment = Array(packet[..<end]) + payload
      let (isFirst, isLast) = (start == end, payload.endIndex == packet.count)
      segment.add(UInt32(start - end), at: tcp + 4)
      // FIN and PSH belong to the last segment, CWR to the first.
      segment[tcp + 13] = flags & ~(isLast ? 0 : 0x09) & ~(isFirst ? 0 : 0x80)
      if descriptor.isIPv6 {
        segment.set(UInt16(segment.count - ip - 40), at: ip + 4)
      } else {
        segment.set(UInt16(segment.count - ip), at: ip + 2)
        segment.set(packet.word(ip + 4) &+ UInt16(truncatingIfNeeded: index), at: ip + 4)
        // The field is 0 as the stack left it, so that the sum over the header is right.
        segment.set(~segment.sum(ip..<tcp), at: ip + 10)
      }
      // The field has the sum of addresses and protocol; the length and all octets are added.
      let length = segment.count - tcp
      let sum = segment.sum(tcp..<segment.count, from: UInt32(length))
      segment.set(~sum, at: tcp + 16)
      wire.send(segment)
      start = payload.endIndex
      index += 1
    }
  }
}

extension [UInt8] {
  fileprivate func word(_ offset: Int) -> UInt16 {
    UInt16(self[offset]) << 8 | UInt16(self[offset + 1])
  }

  fileprivate mutating func set(_ word: UInt16, at offset: Int) {
    (self[offset], self[offset + 1]) = (UInt8(word >> 8), UInt8(word & 255))
  }

  fileprivate mutating func add(_ number: UInt32, at offset: Int) {
    let old = UInt32(word(offset)) << 16 | UInt32(word(offset + 2))
    let new = old &+ number
    set(UInt16(new >> 16), at: offset)
    set(UInt16(new & 0xFFFF), at: offset + 2)
  }

  /// The one's complement sum of a range, and a number.
  fileprivate func sum(_ range: Range<Int>, from start: UInt32 = 0) -> UInt16 {
    var sum = start
    for offset in stride(from: range.lowerBound, to: range.upperBound, by: 2) {
      let isWhole = offset + 1 < range.upperBound
      sum += isWhole ? UInt32(word(offset)) : UInt32(self[offset]) << 8
    }
    while sum > 0xFFFF { sum = (sum & 0xFFFF) + sum >> 16 }
    return UInt16(sum)
  }

  fileprivate mutating func completeIPChecksum(at offset: Int) {
    let end = offset + Int(self[offset] & 15) * 4
    set(0, at: offset + 10)
    set(~sum(offset..<end), at: offset + 10)
  }

  fileprivate mutating func completeTCPChecksum(at offset: Int, ip: Int, isIPv6: Bool) {
    let end = isIPv6 ? ip + 40 + Int(word(ip + 4)) : ip + Int(word(ip + 2))
    let addresses = isIPv6 ? ip + 8..<ip + 40 : ip + 12..<ip + 20
    let pseudo = UInt32(sum(addresses)) + 6 + UInt32(end - offset)
    set(0, at: offset + 16)
    set(~sum(offset..<end, from: pseudo), at: offset + 16)
  }
}
