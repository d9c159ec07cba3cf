#if os(Linux)
  import LinuxWire
  import VirtualNIC

  /// `vnic bridge`: connects two kernels by a wire between two emulated NICs.
  struct BridgeCommand {
    private let left: EndSpecification
    private let right: EndSpecification
    private let options: BridgeOptions

    init(_ arguments: ParsedArguments) throws(Failure) {
      left = try EndSpecification(arguments.operands[0])
      right = try EndSpecification(arguments.operands[1])
      if left.text == right.text {
        throw Failure(usage: "`\(left.text)` cannot be both ends of a wire")
      }
      options = try BridgeOptions(arguments)
      try checkVirtualTime()
    }

    /// Refuses virtual time for ends whose kernels have clocks of their own.
    private func checkVirtualTime() throws(Failure) {
      guard let path = options.virtualTimePath else { return }
      for end in [left, right] where end.kind != .vhost {
        throw Failure(
          usage: "`--virtual-time`: the kernel at `\(end.text)` has a clock of its own; both ends "
            + "must be vhost:PATH, for guests in user-mode Linux")
      }
      for end in [left, right] where end.place == path {
        throw Failure(
          usage: "`--virtual-time \(path)` is the socket of an end as well; it needs one of its own"
        )
      }
    }

    func run() throws -> ExitStatus {
      outliveReaders()
      let log = BridgeLog()
      let leftSide = try BridgeSide("left", left, options) { log.callback($0, $1) }
      let rightSide = try BridgeSide("right", right, options) { log.callback($0, $1) }
      let bridge: WireBridge
      do throws(WireEndError) {
        bridge = try WireBridge(
          leftSide.side, rightSide.side, impairments: options.faults.impairments,
          seed: options.faults.seed)
      } catch {
        throw Failure("\(error)")
      }
      let clock = try BridgeClock(options, bridge)
      defer { clock.close() }
      let capture = try options.capturePath.map { try BridgeCapture($0, bridge, clock) }
      // After the capture, whose file has handlers of its own.
      let signals = try StopSignals()
      defer { signals.close() }
      printError(leftSide.text + rightSide.text + clock.text)
      log.isActive = true

      var loop = BridgeLoop(
        bridge, [leftSide, rightSide], signals, capture, clock, duration: options.duration)
      let failure = loop.run()
      let wires = bridge.wireCounters
      bridge.close()
      try capture?.finish()
      let summary = BridgeSummary(
        loop, clock, [leftSide, rightSide], wires, seed: options.faults.seed, log.callbacks)
      try printOutput(options.wantsJSON ? jsonText(summary) : summary.text)
      if let failure { throw failure }
      let dropped = bridge.left.counters.droppedByNIC + bridge.right.counters.droppedByNIC
      return ExitStatus(framesSkipped: dropped)
    }

    static let description = CommandDescription(
      name: "bridge",
      summary: "Connects two Linux kernels by a wire between two emulated NICs.",
      operands: ["LEFT", "RIGHT"], options: BridgeOptions.options,
      discussion: """
        LEFT and RIGHT say where a kernel is attached: tap:NAME makes a TAP device, or attaches to
        one that exists; it may be moved to another network namespace then. packet:IFACE is an
        interface that exists, such as a veth. Both need root. vhost:PATH makes a unix socket for
        the vhost-user of a guest in QEMU or user-mode Linux, and needs no root; when a guest has
        left, the next one is taken.

        With --virtual-time the wire is the calendar of two guests in user-mode Linux, which are
        started with time-travel=ext:0:SOCKET and time-travel=ext:1:SOCKET. Their kernels and the
        wire have one clock, which stands still while a guest works. It goes on to what happens
        next, so delays cost no time and a busy machine changes nothing. Guests are alike from run
        to run if their command lines are, and if they run under `setarch -R` without random numbers
        of this machine; then the same seed gives the same --capture FILE, octet for octet. Its
        times are those that the guests see. The bridge ends when both guests have ended.

        Each kernel has a NIC of its own, with the hardware that --gso declares. A TAP device offers
        its kernel what that NIC segments, and is sent no more than that. A frame that a kernel
        leaves to its NIC passes the bridge in one piece, if the NIC on the other side takes it and
        nothing between them needs frames of a wire: faults such as --loss do. Otherwise the NIC
        segments it, by its hardware or in software, and completes checksums. --rsc merges frames
        again for a side that takes large ones. Frames above --mtu are dropped, as by a real NIC;
        so are frames that would give more than \(WireBridge.maximumSegmentCount) segments.

        Lines on standard input switch offloads while traffic runs: left or right; then lso4, lso6,
        uso4, uso6, checksum or rsc; then on or off, as in `left lso4 off`. They are requests to the
        adapter; what its set-GSO callback is told is printed. The end of standard input changes
        nothing. A line takes effect when it is read; in virtual time, only lines that are there
        before the guests give the same run again.

        Ctrl-C and SIGTERM end the bridge with a summary on standard output. Messages and, on a
        terminal, live counters go to standard error. The exit status is 1 if an end is lost, for
        example because its interface was deleted.
        """)
  }
#endif
