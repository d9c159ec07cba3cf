internal import CVnic
internal import GsoEngine
internal import VirtualNIC

/// A link that ends in a function of C.
@safe
internal final class FunctionLink: Link {
  private var take: vnic_send?
  private let context: UnsafeMutableRawPointer?
  /// Where the buffers of a batch are listed; nil while a batch is given.
  private var list: [vnic_buffer]? = unsafe []

  init(_ take: vnic_send?, _ context: UnsafeMutableRawPointer?) {
    unsafe (self.take, self.context) = unsafe (take, context)
  }

  /// Calls the function no more.
  func close() { unsafe take = nil }

  func send(_ frames: FrameBatch, at time: VirtualTime) {
    guard let take = unsafe take else { return }
    // A batch from within the function gets a list of its own.
    var buffers = unsafe list.take() ?? []
    unsafe buffers.removeAll(keepingCapacity: true)
    // SAFETY: octets and list are lent for the call, as the header says.
    unsafe frames.octets.withUnsafeBytes { octets in
      for index in 0..<frames.count {
        let range = frames.range(of: index)
        let start = unsafe octets.baseAddress.map { unsafe $0 + range.lowerBound }
        unsafe buffers.append(vnic_buffer(octets: start, size: range.count))
      }
      unsafe buffers.withUnsafeBufferPointer { list in
        unsafe take(context, list.baseAddress, list.count, time.nanoseconds)
      }
    }
    unsafe list = buffers
  }
}

/// The end of a wire at a NIC that C owns, and may destroy.
internal final class NICEnd: Link {
  private weak var owner: COwnedNIC?

  init(_ owner: COwnedNIC) { self.owner = owner }

  func send(_ frames: FrameBatch, at time: VirtualTime) { owner?.nic.receive(frames, at: time) }
  func advance(to time: VirtualTime) { owner?.nic.advance(to: time) }
  var nextArrival: VirtualTime? { owner?.nic.nextReceiveDeadline }
}
