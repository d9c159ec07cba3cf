internal import WireFormats

/// Merges received frames, which all arrive in one batch.
///
/// ```swift
/// let merged = try coalesce(segments)                // by the rules of Linux, checksums complete
/// ```
///
/// For time, metadata and the reasons use a ``Coalescer``.
///
/// - Parameters:
///   - frames: Whole frames, from their link headers, in the order of their arrival.
///   - request: How frames are merged.
/// - Returns: The frames that a receiver gets, in order.
/// - Throws: ``CoalescingError`` if there cannot be such a coalescer.
/// - Complexity: O(*n*) in the octets; one allocation per frame that comes out.
public func coalesce(
  _ frames: [[UInt8]], request: CoalescingRequest = .init()
) throws(CoalescingError) -> [[UInt8]] {
  var coalescer = try Coalescer(request)
  var merged: [[UInt8]] = []
  for frame in frames {
    coalescer.receive(frame.octets) { merged.append($0.frame.array()) }
  }
  coalescer.endBatch { merged.append($0.frame.array()) }
  return merged
}
