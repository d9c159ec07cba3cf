#if os(Linux)
  import Foundation
  import LinuxWire

  /// Live counters on a terminal.
  struct BridgeDisplay {
    private static let interval: UInt64 = 500_000_000
    let isWanted = isatty(STDERR_FILENO) == 1
    private var next: UInt64 = interval
    private var last: (time: UInt64, left: Int, right: Int) = (0, 0, 0)
    private var isShown = false

    /// Shows the counters if it is time to; in virtual time, what they are for a virtual second.
    mutating func show(_ bridge: WireBridge, _ clock: BridgeClock, at time: UInt64) {
      guard isWanted, time >= next else { return }
      next = time + Self.interval
      let virtual = clock.virtualTime
      let time = virtual ?? time
      // Virtual time may stand still.
      guard time > last.time else { return }
      let (left, right) = (bridge.left.counters, bridge.right.counters)
      let seconds = Double(time - last.time) / 1e9
      let rates = [left.octetsRead - last.left, right.octetsRead - last.right].map {
        String(format: "%.2f Gbit/s", Double($0) * 8 / seconds / 1e9)
      }
      last = (time, left.octetsRead, right.octetsRead)
      isShown = true
      let dropped = left.dropped + right.dropped
      let moment = virtual.map { String(format: "%.3f virtual s: ", Double($0) / 1e9) } ?? ""
      printError(
        "\r\(moment)left to right \(rates[0]), right to left \(rates[1]), "
          + "\(left.framesRead + right.framesRead) frames, \(dropped) dropped\u{1B}[K")
    }

    func end() {
      if isShown { printError("\r\u{1B}[K") }
    }
  }
#endif
