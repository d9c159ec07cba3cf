#if os(Linux)
  import Foundation
  import LinuxWire
  import VirtualNIC

  /// Waits for frames, for lines of standard input and for the end, and lets the bridge work.
  struct BridgeLoop {
    /// Nanoseconds between two updates of the live counters.
    private static let displayInterval: UInt64 = 500_000_000
    /// Milliseconds to wait if an end reports an error and has nothing to say.
    private static let errorPause: Int32 = 20

    private let bridge: WireBridge
    private let sides: [BridgeSide]
    private let signals: StopSignals
    private let capture: BridgeCapture?
    private let clock: BridgeClock
    private let end: UInt64?
    private let start = BridgeClock.monotonic
    private var lines = LineInput()
    private var polled: [pollfd] = []
    private var display = BridgeDisplay()
    /// Requests that were taken from standard input.
    private(set) var requests: [String] = []
    /// Nanoseconds that the bridge has worked.
    private(set) var elapsed: UInt64 = 0

    init(
      _ bridge: WireBridge, _ sides: [BridgeSide], _ signals: StopSignals,
      _ capture: BridgeCapture?, _ clock: BridgeClock, duration: Int?
    ) {
      (self.bridge, self.sides, self.signals, self.capture) = (bridge, sides, signals, capture)
      self.clock = clock
      let start = start
      // In virtual time the calendar ends by itself.
      end = clock.isVirtual ? nil : duration.map { start + UInt64($0) * 1_000_000_000 }
    }

    /// Runs to the end; returns why it ended early, nil if it was told to.
    mutating func run() -> Failure? {
      defer {
        display.end()
        elapsed = BridgeClock.monotonic - start
      }
      var hasMore = false
      while true {
        let now = BridgeClock.monotonic
        if let end, now >= end { return nil }
        fillPolled()
        let wait = hasMore ? 0 : timeout(from: now)
        // SAFETY: the array has as many elements as the call is told.
        let ready = unsafe poll(&polled, nfds_t(polled.count), wait)
        if ready < 0, errno != EINTR { return Failure("poll: \(systemErrorText())") }
        if polled[0].revents != 0 { return nil }
        if polled[1].revents != 0 { readLines() }
        do throws(WireEndError) {
          hasMore = try clock.process(bridge, since: start)
        } catch {
          return Failure("\(error)")
        }
        if let failure = capture?.failure { return failure }
        if clock.isFinished { return nil }
        let hasError = polled.dropFirst(2).contains { $0.revents & Int16(POLLERR | POLLHUP) != 0 }
        if hasError, !hasMore {
          _ = poll(nil, 0, Self.errorPause)
        }
        display.show(bridge, clock, at: BridgeClock.monotonic - start)
      }
    }

    private mutating func fillPolled() {
      polled.removeAll(keepingCapacity: true)
      add(signals.descriptor)
      // poll(2) passes over negative descriptors.
      add(lines.isOpen ? STDIN_FILENO : -1)
      for descriptor in clock.descriptors(of: bridge) { add(descriptor) }
    }

    private mutating func add(_ descriptor: Int32) {
      polled.append(pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0))
    }

    /// Milliseconds until something is due, rounded down so that nothing is late; -1 for no limit.
    private func timeout(from now: UInt64) -> Int32 {
      var due = end ?? .max
      if !clock.isVirtual, let deadline = bridge.nextDeadline {
        due = min(due, start.addingReportingOverflow(deadline.nanoseconds).partialValue)
      }
      if display.isWanted { due = min(due, now + Self.displayInterval) }
      guard due != .max else { return -1 }
      return due <= now ? 0 : Int32(clamping: (due - now) / 1_000_000)
    }

    private mutating func readLines() {
      for line in lines.read() {
        do throws(Failure) {
          guard let request = try BridgeRequest(line) else { continue }
          if let side = sides.first(where: { $0.name == request.side }) {
            try side.apply(request)
            let offloads = side.side.end.offloads
            printError("\(request.text): done, offloads of \(side.name) \(offloads)\n")
            if requests.count < 1_000 { requests.append(request.text) }
          }
        } catch {
          printError("vnic: \(error.message ?? "")\n")
        }
      }
    }
  }
#endif
