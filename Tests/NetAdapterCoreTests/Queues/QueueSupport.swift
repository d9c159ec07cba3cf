import NetAdapterCore
import WireFormats
import XCTest

typealias EvtAdvance = PacketQueueCallbacks.EvtAdvance

/// Passes callbacks of a test to an adapter that the same thread uses.
private struct Handed: @unchecked Sendable {
  let callbacks: PacketQueueCallbacks?
}

/// A driver that returns everything at once.
func returnAll(_ queue: PacketQueue, _ rings: inout NetRingCollection) {
  rings.packets.beginIndex = rings.packets.endIndex
  rings.fragments.beginIndex = rings.fragments.endIndex
}

/// A receive driver that returns everything ignored, as it must when it is cancelled.
func ignoreAll(_ queue: PacketQueue, _ rings: inout NetRingCollection) {
  for index in rings.packets.window { rings.packets[index].isIgnored = true }
  returnAll(queue, &rings)
}

/// All required callbacks.
func callbacks(
  advance: @escaping EvtAdvance = returnAll, cancel: @escaping EvtAdvance = returnAll
) -> PacketQueueCallbacks {
  PacketQueueCallbacks(
    evtAdvance: advance, evtCancel: cancel, evtSetNotificationEnabled: { _, _ in })
}

/// A started adapter with every offload, and with drivers for both directions.
func makeQueueAdapter(
  transmit: PacketQueueCallbacks? = callbacks(), receive: PacketQueueCallbacks? = callbacks(),
  transmitCapabilities: TransmitCapabilities = .init(maximumNumberOfQueues: 2),
  receiveCapabilities: ReceiveCapabilities = .init(
    maximumFrameSize: 1_514, maximumNumberOfQueues: 2)
) throws -> NetAdapter {
  let adapter = try makeAdapter()
  try declareAll(adapter, CallLog())
  try adapter.setIeee8021QTagCapabilities(.init(flags: [.priorityTagging, .vlanTagging]))
  try adapter.setDatapathCapabilities(
    transmit: transmitCapabilities, receive: receiveCapabilities)
  let (transmit, receive) = (Handed(callbacks: transmit), Handed(callbacks: receive))
  try adapter.setDatapathCallbacks(
    DatapathCallbacks(
      evtAdapterCreateTxQueue: { _, _ in transmit.callbacks },
      evtAdapterCreateRxQueue: { _, _ in receive.callbacks }))
  try adapter.start()
  return adapter
}

/// A small transmit queue with this driver.
func makeTransmit(
  ringSize: Int = 8, fragmentRingSize: Int = 8, bufferCapacity: Int = 64, isVerified: Bool = false,
  backfill: Int = 0, cancel: @escaping EvtAdvance = returnAll, advance: @escaping EvtAdvance
) throws -> TransmitQueue {
  var capabilities = TransmitCapabilities()
  capabilities.payloadBackfill = backfill
  let adapter = try makeQueueAdapter(
    transmit: callbacks(advance: advance, cancel: cancel), transmitCapabilities: capabilities)
  return try adapter.makeTransmitQueue(
    ringSize: ringSize, fragmentRingSize: fragmentRingSize, bufferCapacity: bufferCapacity,
    isVerified: isVerified)
}

/// A small receive queue with this driver.
func makeReceive(
  ringSize: Int = 8, fragmentRingSize: Int = 8, bufferCapacity: Int = 64, isVerified: Bool = false,
  cancel: @escaping EvtAdvance = ignoreAll, advance: @escaping EvtAdvance
) throws -> ReceiveQueue {
  let adapter = try makeQueueAdapter(receive: callbacks(advance: advance, cancel: cancel))
  return try adapter.makeReceiveQueue(
    ringSize: ringSize, fragmentRingSize: fragmentRingSize, bufferCapacity: bufferCapacity,
    isVerified: isVerified)
}

extension NetRingCollection {
  /// Fills the first packet of the window with a frame, returns it and its fragments.
  ///
  /// - Returns: Whether there was room.
  @discardableResult
  mutating func receive(_ frame: [UInt8], _ layout: NetPacketLayout = .init()) -> Bool {
    let needed = max(1, (frame.count + bufferCapacity - 1) / bufferCapacity)
    guard !packets.window.isEmpty, fragments.window.count >= needed else { return false }
    let index = packets.beginIndex
    var packet = packets[index]
    packet.fragmentIndex = fragments.beginIndex
    packet.fragmentCount = needed
    packet.layout = layout
    packets[index] = packet
    for position in 0..<needed {
      let at = fragments.index(fragments.beginIndex, advancedBy: position)
      let part = frame.dropFirst(position * bufferCapacity).prefix(bufferCapacity)
      fragments[at].validLength = part.count
      fragments[at].offset = 0
      var buffer = buffer(ofFragment: at)
      buffer.copy(Array(part).octets, at: 0)
    }
    packets.beginIndex = packets.index(after: index)
    fragments.beginIndex = fragments.index(fragments.beginIndex, advancedBy: needed)
    return true
  }
}

/// The error of `body`; nil if it throws none.
func queueError(_ body: () throws -> Void) -> QueueError? {
  do { try body() } catch { return error as? QueueError }
  return nil
}

/// The failure code of the violation that `body` throws; nil if it throws none.
func failureCode(_ body: () throws -> Void) -> Int? {
  guard case .violation(let violation) = queueError(body) else { return nil }
  return violation.failureCode?.rawValue
}
