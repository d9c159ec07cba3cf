import GsoEngine
import TestSupport
import WireFormats

/// One frame that a coalescer delivered, kept.
struct CoalescedFrame: Equatable {
  let octets: [UInt8]
  let inputs: [Int]
  let metadata: CoalescedUnit.Metadata

  init(_ unit: CoalescedUnit) {
    octets = unit.frame.array()
    inputs = unit.inputs.indices.map { unit.inputs[$0] }
    metadata = unit.metadata
  }
}

/// What a coalescer delivers for a batch of frames.
func coalesced(
  _ frames: [[UInt8]], _ request: CoalescingRequest = .forTests,
  describedBy headers: [VirtioNetHeader]? = nil, poll: Int = .max
) throws -> [CoalescedFrame] {
  var coalescer = try Coalescer(request)
  var units: [CoalescedFrame] = []
  for (index, frame) in frames.enumerated() {
    if let header = headers?[index] {
      coalescer.receive(frame.octets, describedBy: header) { units.append(CoalescedFrame($0)) }
    } else {
      coalescer.receive(frame.octets) { units.append(CoalescedFrame($0)) }
    }
    if (index + 1) % poll == 0 { coalescer.endBatch { units.append(CoalescedFrame($0)) } }
  }
  coalescer.endBatch { units.append(CoalescedFrame($0)) }
  return units
}

extension CoalescingRequest {
  /// The rules of Linux, with little memory to set to 0.
  static var forTests: CoalescingRequest { CoalescingRequest(flowCapacity: 16) }

  private init(flowCapacity: Int) {
    self.init()
    self.flowCapacity = flowCapacity
  }
}
