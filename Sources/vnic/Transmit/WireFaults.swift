import VirtualNIC

/// The faults of the wire, from the command line.
struct WireFaults {
  /// Long enough for the rest of a large frame's segments to overtake, at 100 Mbit/s and more.
  private static let usualReorderingDelay: UInt64 = 1_000_000

  /// Nil for a perfect wire.
  let impairments: Impairments?
  let seed: UInt64

  init(_ arguments: ParsedArguments) throws(Failure) {
    let times = 0...Int.max
    var faults = Impairments.Values()
    faults.lossRate = try arguments.probability("--loss") ?? 0
    faults.duplicationRate = try arguments.probability("--duplicate") ?? 0
    faults.corruptionRate = try arguments.probability("--corrupt") ?? 0
    faults.reorderingRate = try arguments.probability("--reorder") ?? 0
    let wait = try arguments.number("--reorder-delay", in: times)
    if wait != nil, !arguments.has("--reorder") {
      throw Failure(usage: "`--reorder-delay` needs `--reorder`, which says how often")
    }
    faults.reorderingDelay = wait.map(UInt64.init) ?? Self.usualReorderingDelay
    faults.delay = UInt64(try arguments.number("--delay", in: times) ?? 0)
    faults.bandwidth = try arguments.number("--bandwidth", in: 1...Int.max).map(UInt64.init)
    seed = UInt64(try arguments.number("--seed", in: times) ?? 0)
    let names = ["--loss", "--duplicate", "--corrupt", "--reorder", "--delay", "--bandwidth"]
    do throws(LinkError) {
      let chosen = try Impairments { $0 = faults }
      impairments = names.contains(where: { arguments.has($0) }) ? chosen : nil
    } catch {
      throw Failure(usage: error.description)
    }
  }

  /// The options for it.
  static let options: [CommandDescription.Option] = [
    .init("--loss", value: "P", "probability that a frame is lost, from 0 to 1"),
    .init("--duplicate", value: "P", "probability that a frame arrives twice"),
    .init("--corrupt", value: "P", "probability that one bit of a frame is flipped"),
    .init("--reorder", value: "P", "probability that a frame is held back, to be overtaken"),
    .init(
      "--reorder-delay", value: "NS", "nanoseconds for which it is held back (default 1000000)"),
    .init("--delay", value: "NS", "nanoseconds that every frame takes"),
    .init("--bandwidth", value: "BPS", "bits per second that the wire carries"),
    .init("--seed", value: "N", "seed of the faults; the same seed gives the same run (default 0)"),
  ]
}
