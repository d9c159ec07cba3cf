internal import CVnic
internal import GsoEngine
internal import NetAdapterCore
internal import VirtualNIC
internal import WireFormats

/// Why a call from C failed.
///
/// The numbers of the cases are those of `vnic.h`, and stay the same for ever. The case of an error
/// of the Swift modules has the number of that error.
internal enum CallError: Error {
  /// Argument `argument`, from 1, is NULL.
  case null(argument: Int)
  /// A struct says that it has `size` octets.
  case structSize(argument: Int, size: Int, minimum: Int)
  /// The octet of a struct at `offset` belongs to no known member, and is not 0.
  case unknownMember(argument: Int, offset: Int)
  /// A number is not valid, of which `maximum` is the largest.
  case value(argument: Int, Int, maximum: Int)
  /// The memory holds no plan.
  case notAPlan(argument: Int)
  /// A plan has no such frame.
  case index(Int, count: Int)
  /// The memory for a result is too small.
  case tooSmall(needed: Int, available: Int)
  /// The call came from a callback of the same object.
  case reentered
  /// Nothing has this name.
  case name(argument: Int)
  /// The plan is of another kind.
  case planKind(Int)
  /// The engine refused the frame or the call.
  case segmentation(SegmentationError)
  /// A coalescer cannot be made.
  case coalescing(CoalescingError)
  /// The adapter refused a call.
  case adapter(AdapterError)
  /// A rule of NetAdapterCx was broken.
  case violation(AdapterViolation)
  /// A wire cannot be made.
  case link(LinkError)
  /// A frame was not sent.
  case drop(TransmitReport.DropReason)
  /// A NIC or a wire cannot be saved now.
  case save(SaveError)
  /// Octets are no state.
  case state(StateError)
  /// A NIC cannot be restored.
  case restore(RestoreError)
}

extension CallError {
  /// Runs `body`, and turns an error of the engine into one of a call.
  @inline(__always)
  internal static func engine<Value>(
    _ body: () throws(SegmentationError) -> Value
  ) throws(CallError) -> Value {
    do throws(SegmentationError) { return try body() } catch { throw .segmentation(error) }
  }
}

/// Runs the body of a C function and returns its result: 0, or the code of the error, which is
/// written to `error` as well, if that is not NULL.
@inline(__always)
internal func call(
  _ error: UnsafeMutablePointer<vnic_error>?, _ body: () throws(CallError) -> Void
) -> Int32 {
  do throws(CallError) {
    try body()
    return 0
  } catch let failure {
    return unsafe report(failure, to: error)
  }
}

@inline(never)
private func report(
  _ failure: CallError, to error: UnsafeMutablePointer<vnic_error>?
) -> Int32 {
  let value = failure.value
  // SAFETY: C passes NULL or memory for one error.
  unsafe error?.pointee = value
  return value.code
}
