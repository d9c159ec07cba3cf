internal import CVnic
internal import GsoEngine
internal import WireFormats

// The functions of `vnic.h` about single frames. Their documentation is there.

@c @implementation
internal func vnic_complete_checksums(
  _ frame: UnsafeMutableRawPointer?, _ size: Int, _ fields: UInt32, _ link: UInt32,
  _ rules: UInt32, _ findings: UnsafeMutablePointer<vnic_findings>?,
  _ error: UnsafeMutablePointer<vnic_error>?
) -> Int32 {
  unsafe call(error) { () throws(CallError) in
    let bits = UInt8(truncatingIfNeeded: try number(fields, in: 0...7, argument: 3))
    let link = try linkLayer(link, argument: 4)
    let rules = try segmentationRules(rules, argument: 5)
    if unsafe findings != nil { _ = try unsafe checkResult(findings, argument: 6) }
    let found = try unsafe withOutput(frame, size, argument: 1) {
      (octets) throws(CallError) in
      try CallError.engine { () throws(SegmentationError) in
        let plan = try ChecksumPlan(
          of: octets.bytes, link: link, fields: ChecksumPlan.Fields(rawValue: bits), rules: rules)
        return try plan.apply(to: &octets)
      }
    }
    guard let result = unsafe findings else { return }
    unsafe result.pointee.partial = UInt32(found.partial.rawValue)
    unsafe result.pointee.wrong = UInt32(found.wrong.rawValue)
    unsafe result.pointee.completed_length = found.completesLength ? 1 : 0
    unsafe result.pointee.changed = found.changesFrame ? 1 : 0
  }
}

@c @implementation
internal func vnic_plan_hand_off(
  _ plan: UnsafePointer<vnic_plan>?, _ frame: UnsafeRawPointer?, _ size: Int,
  _ header: UnsafeMutableRawPointer?, _ header_size: Int, _ output: UnsafeMutableRawPointer?,
  _ capacity: Int, _ written: UnsafeMutablePointer<Int>?,
  _ error: UnsafeMutablePointer<vnic_error>?
) -> Int32 {
  unsafe call(error) { () throws(CallError) in
    let plan = try unsafe PlanStorage.segmentation(plan, argument: 1)
    guard unsafe header != nil else { throw .null(argument: 4) }
    let form = try form(ofSize: header_size, argument: 5)
    let handOff = try unsafe withOctets(frame, size, argument: 2) { (frame) throws(CallError) in
      try CallError.engine { () throws(SegmentationError) in
        try unsafe VirtioHandOff(frame.array(), segmentedAs: plan.pointee)
      }
    }
    if handOff.header.gsoType.isTunnel, form != .udpTunnel {
      throw .value(argument: 5, header_size, maximum: 24)
    }
    let octets = handOff.frame
    try unsafe withOutput(output, capacity, argument: 6) { (output) throws(CallError) in
      guard output.byteCount >= octets.count else {
        throw .tooSmall(needed: octets.count, available: output.byteCount)
      }
      copyOctets(octets.octets, to: &output)
    }
    try unsafe withOutput(header, header_size, argument: 4) { (target) throws(CallError) in
      copyOctets(handOff.header.octets(form: form).octets, to: &target)
    }
    unsafe written?.pointee = octets.count
  }
}
