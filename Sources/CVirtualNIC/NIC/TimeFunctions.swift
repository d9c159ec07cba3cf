internal import CVnic
internal import VirtualNIC

// The functions of `vnic.h` about the time and the counters of a NIC. Their documentation is there.

@c @implementation
internal func vnic_nic_advance(
  _ nic: OpaquePointer?, _ time: UInt64, _ error: UnsafeMutablePointer<vnic_error>?
) -> Int32 {
  unsafe call(error, on: nic, as: COwnedNIC.self) { (owner) throws(CallError) in
    let time = VirtualTime(nanoseconds: time)
    owner.nic.advance(to: time)
    owner.nic.link.advance(to: time)
  }
}

@c @implementation
internal func vnic_nic_next_event(
  _ nic: OpaquePointer?, _ time: UnsafeMutablePointer<UInt64>?
) -> Int32 {
  guard let owner = try? unsafe object(nic, as: COwnedNIC.self) else { return 0 }
  let held = owner.nic.nextReceiveDeadline
  let arrival = owner.nic.link.nextArrival
  let first = held.map { held in arrival.map { min(held, $0) } ?? held } ?? arrival
  return unsafe give(first?.nanoseconds, time)
}

@c @implementation
internal func vnic_nic_get_counters(
  _ nic: OpaquePointer?, _ counters: UnsafeMutablePointer<vnic_counters>?,
  _ error: UnsafeMutablePointer<vnic_error>?
) -> Int32 {
  unsafe call(error, on: nic, as: COwnedNIC.self) { (owner) throws(CallError) in
    let result = try unsafe checkResult(counters, argument: 2)
    var counters = vnic_counters(owner.nic.counters)
    unsafe counters.size = result.pointee.size
    unsafe result.pointee = counters
  }
}

extension vnic_counters {
  /// The numbers of a NIC.
  fileprivate init(_ counters: NICCounters) {
    self.init()
    source_frames = UInt64(counters.sourceFrames)
    sent_whole = UInt64(counters.sentWhole)
    hardware_frames = UInt64(counters.hardwareFrames)
    software_frames = UInt64(counters.softwareFrames.total)
    dropped = UInt64(counters.dropped)
    wire_frames = UInt64(counters.wireFrames)
    wire_octets = UInt64(counters.wireOctets)
    hardware_checksums = UInt64(counters.hardwareChecksums)
    software_checksums = UInt64(counters.softwareChecksums.total)
    tcp_success = UInt64(counters.tcpSuccess)
    tcp_failure = UInt64(counters.tcpFailure)
    udp_success = UInt64(counters.udpSuccess)
    udp_failure = UInt64(counters.udpFailure)
    received_frames = UInt64(counters.receivedFrames)
    received_while_stopped = UInt64(counters.receivedWhileStopped)
    received_while_disconnected = UInt64(counters.receivedWhileDisconnected)
    received_too_short = UInt64(counters.receivedTooShort)
    received_too_long = UInt64(counters.receivedTooLong)
    received_filtered = UInt64(counters.receivedFiltered)
    received_too_deeply = UInt64(counters.receivedTooDeeply)
    coalesced_frames = UInt64(counters.coalescedFrames)
    coalesced_segments = UInt64(counters.coalescedSegments)
  }
}
