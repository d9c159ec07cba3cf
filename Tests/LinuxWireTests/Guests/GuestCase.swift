import LinuxWire
import XCTest

/// One combination of the matrix: two guests that exchange everything that there is.
struct GuestCase: Equatable, CustomStringConvertible {
  /// The sides whose device has offloads.
  ///
  /// One guest sends most, so the two in the middle are the two directions of one wire.
  enum Offloads: CaseIterable {
    case both, sender, receiver, neither

    var senderHasThem: Bool { self == .both || self == .sender }
    var receiverHasThem: Bool { self == .both || self == .receiver }
  }

  /// Who switches offloads every 50 ms while traffic runs.
  enum Switching: CaseIterable {
    case nobody, guests, wire
  }

  var mtu: Int
  var offloads: Offloads
  var isTagged = false
  var tunnel: GuestPair.Tunnel?
  var switching = Switching.nobody

  /// A back end with all offloads in both directions, and one with none.
  static let on = VhostUserConfiguration()
  static let off: VhostUserConfiguration = {
    let configuration = try? VhostUserConfiguration {
      $0.hostOffloads = []
      $0.guestOffloads = []
    }
    return configuration ?? VhostUserConfiguration()
  }()

  var description: String {
    "MTU \(mtu), offloads \(offloads), \(isTagged ? "VLAN" : "no VLAN"), "
      + "\(tunnel.map { "\($0)" } ?? "no tunnel"), switched by \(switching)"
  }

  /// IP versions: below an MTU of 1280 there is no IPv6 (RFC 8200, section 5).
  private var families: [Int] { mtu - (tunnel?.byteCount ?? 0) < 1_280 ? [4] : [4, 6] }

  // Octets of the jobs of each IP version.
  private static let (plainOctets, usoOctets) = (200_000, 1_000_000)

  /// Octets of a stream.
  ///
  /// More for jumbo frames, of which the first of a stream have nothing to segment, and for
  /// offloads that are switched, so that it happens within the stream.
  private var streamOctets: Int {
    mtu == 9_000 || switching != .nobody && tunnel == nil ? 16_000_000 : 4_000_000
  }

  private var jobs: [String] {
    let size = mtu - 60 - (tunnel?.byteCount ?? 0)
    return families.flatMap {
      [
        "tcp.\($0).\(streamOctets)", "fetch.\($0).\(streamOctets)",
        "udp.\($0).\(Self.plainOctets).\(size)", "uso.\($0).\(Self.usoOctets).\(size)",
      ]
    }
  }

  /// Runs it, and checks what holds for this combination.
  func run() throws {
    var pair = GuestPair(
      left: offloads.senderHasThem ? Self.on : Self.off,
      right: offloads.receiverHasThem ? Self.on : Self.off, mtu: mtu, vlan: isTagged ? 5 : 0,
      tunnel: tunnel, switching: switching == .guests ? 50 : 0, jobs: jobs)
    if switching == .wire {
      let began = ContinuousClock.now
      pair.meanwhile = { wire in
        let turn = (ContinuousClock.now - began) / Duration.milliseconds(50)
        wire.switchedOff = [Int(turn) % 4 < 2, Int(turn) % 2 == 0]
      }
    }
    let outcome = try pair.run()
    let (answered, sent) = (outcome.wire.accounts[0], outcome.wire.accounts[1])
    let segments = sent.segments
    if switching == .guests, offloads.senderHasThem {
      XCTAssertGreaterThan(outcome.switchCount(of: "sender"), 0, "\(self)")
    }
    if switching == .wire, offloads == .both, tunnel == nil {
      XCTAssertGreaterThan(segments, 0, "\(self)")
    }
    // The content of tunnels and of changing offloads has been checked.
    guard tunnel == nil, switching == .nobody else { return }
    check(sent, from: offloads.senderHasThem, to: offloads.receiverHasThem, isSender: true)
    check(answered, from: offloads.receiverHasThem, to: offloads.senderHasThem, isSender: false)
  }

  /// Checks what went in one direction: nearly all of it in super-frames, if the guest that sent it
  /// has offloads, and none of it otherwise.
  ///
  /// Not inlined, because the optimiser of Swift 6.3.1 fails on it then.
  @inline(never)
  private func check(_ account: GuestWire.Account, from: Bool, to: Bool, isSender: Bool) {
    let (superFrames, segments) = (account.superFrames, account.segments)
    let (superOctets, passed) = (account.superOctets, account.passed)
    guard from else {
      XCTAssertEqual(superFrames, 0, "\(self)")
      XCTAssertEqual(segments, 0, "\(self)")
      return
    }
    // virtio-net of 6.12 takes no UDP_SEGMENT of a frame with a tag.
    let octets = streamOctets + (isSender && !isTagged ? Self.usoOctets : 0)
    XCTAssertGreaterThanOrEqual(
      Double(superOctets), 0.99 * Double(octets * families.count), "\(self)")
    if to {
      XCTAssertEqual(passed, superFrames, "\(self)")
      XCTAssertEqual(segments, 0, "\(self)")
    } else {
      XCTAssertEqual(passed, 0, "\(self)")
      XCTAssertGreaterThan(segments, 2 * superFrames, "\(self)")
    }
  }
}
