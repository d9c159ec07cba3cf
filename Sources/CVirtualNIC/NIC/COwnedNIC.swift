internal import CVnic
internal import GsoEngine
internal import NetAdapterCore
internal import VirtualNIC
internal import WireFormats

/// A NIC that C owns, with its callbacks.
@safe
internal final class COwnedNIC {
  let nic: VirtualNIC
  /// Where frames go without a wire.
  private let end: FunctionLink
  /// What calls the callbacks of declarations.
  let gate = Gate()
  /// The sentence of the last call that was refused.
  private(set) var refusal = ""
  private var arena: SegmentArena?

  init(_ config: vnic_nic_config) throws(CallError) {
    let mac = unsafe config.mac_address
    let octets = [mac.0, mac.1, mac.2, mac.3, mac.4, mac.5]
    let address = MACAddress(octets.reduce(0) { $0 << 8 | UInt64($1) })
    let flags = try unsafe number(config.flags, in: 0...3, argument: 2)
    let rules = try unsafe segmentationRules(config.rules, argument: 2)
    end = unsafe FunctionLink(config.send, config.context)
    do throws(AdapterViolation) {
      nic = try unsafe VirtualNIC(
        macAddress: address, mtu: Int(config.mtu), link: end, rules: rules,
        validation: flags & Int(VNIC_VALIDATE_AS_FRAMEWORK) != 0 ? .framework : .documented,
        quirks: flags & Int(VNIC_QUIRKS_21H2) != 0 ? .release21H2 : [])
    } catch {
      throw .violation(error)
    }
    unsafe listen(config.receive, config.context)
    openGate()
  }

  /// Restores a NIC, whose set callbacks wait for ``openGate()``.
  init(restoring state: [UInt8], _ code: vnic_nic_code) throws(CallError) {
    end = unsafe FunctionLink(code.send, code.context)
    let capabilities = try unsafe DeclaredCapabilities(code, gate)
    do throws(RestoreError) {
      nic = try unsafe VirtualNIC(
        restoring: state, capabilities: capabilities, link: end,
        memoryLimit: code.memory_limit == 0
          ? VirtualNIC.restoreMemoryLimit : Int(clamping: code.memory_limit))
    } catch {
      throw .restore(error)
    }
    unsafe listen(code.receive, code.context)
  }

  /// Calls the set callbacks that wait, and lets others through.
  func openGate() {
    // SAFETY: the same pointer as the handle of C; the gate does not own it, and is closed before
    // it becomes invalid.
    unsafe gate.open(for: OpaquePointer(Unmanaged.passUnretained(self).toOpaque()))
  }

  /// Gives received frames to a function of C.
  private func listen(_ receive: vnic_receive?, _ context: UnsafeMutableRawPointer?) {
    guard let receive = unsafe receive else { return }
    nic.onReceive = { frame, metadata, time in
      var described = vnic_received(metadata)
      // SAFETY: the octets are lent for the call, as the header says.
      unsafe frame.withUnsafeBytes { octets in
        unsafe receive(context, octets.baseAddress, octets.count, &described, time.nanoseconds)
      }
    }
  }

  /// Connects a link; nil for the function of C.
  func connect(_ link: (any Link)?) { nic.link = link ?? end }

  /// Calls no callback from now on, and leaves the wire.
  func disconnect() {
    gate.close()
    end.close()
    nic.onReceive = nil
    nic.link = end
  }

  /// Runs a call of the control path, and keeps the sentence if it is refused.
  func control(_ body: (VirtualNIC) throws(CallError) -> Void) throws(CallError) {
    do throws(CallError) { try body(nic) } catch {
      switch error {
      case .adapter(let refused): refusal = refused.description
      case .violation(let broken): refusal = broken.description
      default: break
      }
      throw error
    }
  }

  /// Takes several frames as one batch, which needs them back to back.
  func receive(_ frames: ScatteredFrame, at time: VirtualTime) throws(CallError) {
    // A batch from within a callback finds no arena, and makes one.
    var used = try unusedArena(for: frames)
    for index in 0..<frames.buffers.count {
      // The arena has room for all of them.
      try CallError.engine { () throws(SegmentationError) in
        try used.append(frames.memory.extracting(frames.buffers[index]))
      }
    }
    nic.receive(used.frames, at: time)
    used.reset()
    arena = .some(used)
  }

  /// Takes the arena if it has room for some frames, or makes another one.
  private func unusedArena(for frames: ScatteredFrame) throws(CallError) -> SegmentArena {
    var taken = arena.take()
    let (octets, slots) = (taken?.freeByteCount ?? 0, taken?.freeSlotCount ?? 0)
    if octets >= frames.byteCount, slots >= frames.buffers.count, let found = taken.take() {
      return found
    }
    do throws(SegmentationError) {
      return try SegmentArena(
        byteCount: max(262_144, frames.byteCount),
        slotCount: max(1_024, frames.buffers.count))
    } catch {
      throw .segmentation(error)
    }
  }
}

extension vnic_received {
  /// Describes a received frame.
  fileprivate init(_ found: ReceivedMetadata) {
    self.init()
    size = UInt32(MemoryLayout<vnic_received>.size)
    layer3 = UInt32(found.layer3.rawValue)
    layer4 = UInt32(found.layer4.rawValue)
    coalesced_segments = UInt32(found.rsc.coalescedSegmentCount)
    segment_size = UInt32(found.rsc.segmentSize)
    timestamp_delta = found.rscTimestamp.tcpTimestampDelta
  }
}
