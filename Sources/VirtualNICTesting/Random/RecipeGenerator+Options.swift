internal import FrameRecipes

extension RecipeGenerator {
  mutating func extensionHeader() -> FrameRecipe.ExtensionHeader {
    let padding = random.oneIn(10) ? random.within(0...120) : random.within(0...14)
    switch random.below(3) {
    case 0:
      // Router alert, then PadN.
      let zeros = [UInt8](repeating: 0, count: padding)
      return .hopByHop([5, 2, 0, 0, 1, UInt8(padding)] + zeros)
    case 1:
      // Four octets of the type's own, then whole addresses: one exactly for mobile IPv6. Segment
      // routing gives the index of the last one first.
      let type: UInt8 = random.pick([0, 2, 4, 253])
      let addresses = type == 2 ? 1 : random.within(1...3)
      let last = type == 4 ? UInt8(addresses - 1) : 0
      return .routing(type: type, [last, 0, 0, 0] + random.octets(16 * addresses))
    default:
      if random.oneIn(3) { return .homeAddress(.init(random.octets(16))) }
      return .destinationOptions([30, UInt8(padding)] + random.octets(padding))
    }
  }

  mutating func ipv4Options() -> [FrameRecipe.IPv4Option] {
    if random.oneIn(8) {
      return [FrameRecipe.IPv4Option.recordRoute(slots: 9), FrameRecipe.IPv4Option.endOfList]
    }
    var options: [FrameRecipe.IPv4Option] = []
    for _ in 0..<random.within(1...4) {
      let option: FrameRecipe.IPv4Option =
        switch random.below(6) {
        case 0: FrameRecipe.IPv4Option.noOperation
        case 1: FrameRecipe.IPv4Option.routerAlert
        case 2: FrameRecipe.IPv4Option.recordRoute(slots: random.within(1...4))
        case 3: FrameRecipe.IPv4Option.timestamp(slots: random.within(1...4))
        case 4: FrameRecipe.IPv4Option.looseSourceRoute([.init(random.octets(4))])
        default:
          FrameRecipe.IPv4Option.other(
            random.pick([0x1E, 0x9E]), random.octets(random.within(0...6)))
        }
      if paddedToWords(options + [option]) <= 40 { options.append(option) }
    }
    return options
  }

  mutating func tcpOptions() -> [FrameRecipe.TCPOption] {
    let times = FrameRecipe.TCPOption.timestamps(random.integer(), random.integer())
    if random.oneIn(3) {
      return [FrameRecipe.TCPOption.noOperation, FrameRecipe.TCPOption.noOperation, times]
    }
    if random.oneIn(8) { return [FrameRecipe.TCPOption.other(253, random.octets(38))] }
    var options: [FrameRecipe.TCPOption] = []
    for _ in 0..<random.within(1...5) {
      let option: FrameRecipe.TCPOption =
        switch random.below(7) {
        case 0: FrameRecipe.TCPOption.noOperation
        case 1: FrameRecipe.TCPOption.maximumSegmentSize(random.integer())
        case 2: FrameRecipe.TCPOption.windowScale(7)
        case 3: FrameRecipe.TCPOption.sackPermitted
        case 4: FrameRecipe.TCPOption.sack([(random.integer(), random.integer())])
        case 5: times
        default: FrameRecipe.TCPOption.other(254, random.octets(random.within(0...9)))
        }
      if paddedToWords(options + [option]) <= 40 { options.append(option) }
    }
    return options
  }
}
