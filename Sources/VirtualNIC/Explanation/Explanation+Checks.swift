internal import GsoEngine
internal import NetAdapterCore
internal import WireFormats

extension Explanation.Decision {
  /// The rules that decide whether the hardware segments a frame, in the order of
  /// ``SoftwareReason``.
  internal static func checks(
    _ plan: SegmentationPlan, _ state: DatapathState, _ decision: OffloadDecision
  ) -> [Check] {
    let (network, gso) = (plan.network, state.gso)
    var checks = [
      Check(
        name: "segmentation hardware", found: gso == nil ? "none" : "declared",
        needed: "declared", holds: gso.map { !$0.layer3.isEmpty || !$0.layer4.isEmpty } ?? false)
    ]
    guard let gso else { return checks }
    checks.append(
      Check(
        name: "tunnel", found: plan.tunnel.map { "\($0.kind)" } ?? "none", needed: "none",
        holds: plan.tunnel == nil))
    let layout = layoutChecks(plan)
    // The framework of 21H2 passes what it cannot name to the hardware, unverified.
    if state.is21H2, decision == .hardware, !layout.allSatisfy(\.holds) { return checks }
    checks += layout
    let (layer3, layer4) = (Layer3Flags(network), Layer4Flags(plan.transport))
    checks.append(
      Check(
        name: "IP header", found: "\(layer3)", needed: "one of \(gso.layer3)",
        holds: gso.layer3.contains(layer3)))
    checks.append(
      Check(
        name: "transport header", found: "\(layer4)", needed: "one of \(gso.layer4)",
        holds: gso.layer4.contains(layer4)))
    let (offset, limit) = (plan.transport.offset, Int(gso.layer4HeaderOffsetLimit))
    checks.append(
      limit == 0
        ? Check(
          name: "layer-4 header offset in octets", found: "\(offset)", needed: "any", holds: true)
        : Check("layer-4 header offset in octets", offset, atMost: limit))
    checks.append(activeCheck(plan, state))
    checks.append(
      Check("payload in octets", plan.payloadRange.count, atMost: gso.maximumOffloadSize))
    let (count, minimum) = (plan.count, gso.minimumSegmentCount)
    checks.append(
      Check(
        name: "segments", found: "\(count)", needed: "at least \(minimum)",
        holds: count >= minimum))
    return checks
  }

  /// Whether the layout of a packet can describe the headers of a frame.
  private static func layoutChecks(_ plan: SegmentationPlan) -> [Check] {
    let (network, link) = (plan.network, plan.plainLinkHeaderLength)
    return [
      Check("VLAN tags in the octets", plan.vlanTagCount, atMost: 0),
      Check(
        name: "octets before the IP header", found: "\(network.offset)", needed: "\(link)",
        holds: network.offset == link),
      Check(
        "IP headers in octets", network.headerLength,
        atMost: NetPacketLayout.maximumLayer3HeaderLength),
    ]
  }

  private static func activeCheck(_ plan: SegmentationPlan, _ state: DatapathState) -> Check {
    let isLSO = plan.offload == .lso
    let version = plan.network.version
    let active = isLSO ? state.active.lso : state.active.uso
    let isActive =
      !active.layer3.isDisjoint(with: version == .ipv4 ? .ipv4 : .ipv6) && !active.layer4.isEmpty
    let name = (isLSO ? "LSO" : "USO") + " IPv\(version.rawValue)"
    return Check(
      name: name, found: isActive ? "active" : "not active", needed: "active", holds: isActive)
  }
}
