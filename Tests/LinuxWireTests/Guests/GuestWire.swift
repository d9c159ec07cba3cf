import Foundation
import Glibc
import GsoEngine
import LinuxWire
import WireFormats
import XCTest

/// A wire between two guests: what a side takes over is passed on to it, all else is segmented and
/// completed by the engine.
final class GuestWire {
  /// What went over the wire to one side.
  struct Account: Equatable {
    /// Frames that the other side sent, and those with something to segment.
    var frames = 0
    var superFrames = 0
    /// Octets of the latter, and of all.
    var superOctets = 0
    var octets = 0
    /// Frames that were passed on with something to segment, and segments that were made here.
    var passed = 0
    var segments = 0
    /// Frames that the engine refused, or this side had no room for.
    var refused: [String] = []
    var dropped = 0
    /// The longest frame that was written without anything to segment, in octets.
    var longest = 0
  }

  let ends: [VhostUserBackend]
  /// To the first and to the second side.
  private(set) var accounts = [Account(), Account()]
  private(set) var faults: [VhostUserFault] = []
  private var arena: SegmentArena
  /// Whether a side is treated as if it took nothing over, whatever it negotiated.
  var switchedOff = [false, false]

  init(_ left: VhostUserBackend, _ right: VhostUserBackend) throws {
    ends = [left, right]
    arena = try SegmentArena(byteCount: 1 << 22)
    for end in ends { end.onFault = { [unowned self] in faults.append($0) } }
  }

  /// Works until `isDone` or the time is over, and returns whether it is done.
  func run(seconds: Double, until isDone: () -> Bool) throws -> Bool {
    let deadline = Date().addingTimeInterval(seconds)
    var turns = 0
    while Date() < deadline {
      turns += 1
      if turns % 64 == 0, isDone() { return true }
      var polled = ends.flatMap(\.descriptors)
        .map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
      if unsafe poll(&polled, nfds_t(polled.count), 20) == 0, isDone() { return true }
      try carry()
    }
    return isDone()
  }

  /// Carries what is there, in both directions.
  func carry() throws {
    for side in 0...1 {
      try ends[side].process(limit: 64) { header, frame in send(header, frame, to: 1 - side) }
    }
  }

  private func send(_ header: VirtioNetHeader, _ frame: RawSpan, to side: Int) {
    accounts[side].frames += 1
    accounts[side].octets += frame.byteCount
    if header.gsoType != .none {
      accounts[side].superFrames += 1
      accounts[side].superOctets += frame.byteCount
    }
    let taken = switchedOff[side] ? [] : ends[side].offloads
    guard !needed(header).isSubset(of: taken) else {
      if header.gsoType != .none { accounts[side].passed += 1 }
      write(header, frame, to: side)
      return
    }
    do {
      switch try OffloadAction(on: frame, describedBy: header) {
      case .unmodified: write(VirtioNetHeader(), frame, to: side)
      case .checksum(let completion):
        let complete = try completion.applied(to: array(frame))
        unsafe write(VirtioNetHeader(), complete.span.bytes, to: side)
      case .segmentation(let plan):
        arena.reset()
        try plan.render(frame, into: &arena)
        accounts[side].segments += arena.count
        for index in 0..<arena.count { write(VirtioNetHeader(), arena[index], to: side) }
      case .fragmentation(let plan):
        arena.reset()
        try plan.render(frame, into: &arena)
        for index in 0..<arena.count { write(VirtioNetHeader(), arena[index], to: side) }
      }
    } catch {
      accounts[side].refused.append("\(error)")
    }
  }

  /// What a receiver must take over to get a frame with this header.
  private func needed(_ header: VirtioNetHeader) -> WireOffloads {
    var needed: WireOffloads = header.flags.contains(.needsChecksum) ? [.checksum] : []
    switch header.gsoType.base {
    case .none: break
    case .tcpv4: needed.insert(.tcpv4)
    case .tcpv6: needed.insert(.tcpv6)
    case .udpL4: needed.insert(.udp)
    default: needed.insert(.udpTunnel)
    }
    if header.gsoType.hasECN { needed.insert(.ecn) }
    if header.gsoType.isTunnel { needed.insert(.udpTunnel) }
    return needed
  }

  private func write(_ header: VirtioNetHeader, _ frame: RawSpan, to side: Int) {
    if header.gsoType == .none {
      accounts[side].longest = max(accounts[side].longest, frame.byteCount)
    }
    if (try? ends[side].send(header, frame)) != .sent { accounts[side].dropped += 1 }
  }
}
