import CVnic
import GsoEngine
import TestSupport
import VirtualNICTesting
import WireFormats
import XCTest

/// The engine through the functions of C gives the octets and the refusals that it gives in Swift.
final class CorpusTests: XCTestCase {
  /// All cases of the kernel corpus, in one buffer and in random pieces.
  func testTheKernelCorpus() throws {
    let corpus = try KernelCorpus()
    var random = SeededGenerator(seed: 7)
    var counts = (frames: 0, refused: 0)
    for item in corpus.cases {
      let frame = corpus.input(of: item)
      let swift = Self.swift(item, frame)
      switch swift {
      case .success(let frames): counts.frames += frames.count
      case .failure: counts.refused += 1
      }
      XCTAssertEqual(Self.c(item, CFrame(frame)), swift, item.name)
      let pieces = Pieces(random: &random, frame)
      let scattered = CFrame(memory: pieces.memory, pieces.fragments)
      XCTAssertEqual(Self.c(item, scattered), swift, "\(item.name) in pieces")
    }
    XCTAssertEqual(corpus.cases.count, 1_155)
    XCTAssertGreaterThan(counts.frames, 9_000)
    XCTAssertGreaterThan(counts.refused, 100)
  }

  /// 10,000 random frames in random pieces: frames, headers alone, and refusals.
  func testRandomFramesInPieces() throws {
    let seed = SeededGenerator.fromEnvironment(0xC0DE)
    var generator = RecipeGenerator(seed, profile: .tunnels)
    var random = SeededGenerator(seed: seed.seed &+ 1)
    for round in 0..<10_000 {
      let (recipe, size) = generator.next()
      let frame = recipe.build()
      var asked = vnic_segmentation()
      asked.segment_size = UInt32(size)
      asked.checksum = UInt32(random.below(3))
      asked.link = UInt32(LinkLayer.allCases.firstIndex(of: recipe.outerLink.kind.layer) ?? 0)
      let checksum: SegmentationRequest.Checksum =
        asked.checksum == 0 ? .complete : asked.checksum == 1 ? .pseudoHeader : .copied
      let request = SegmentationRequest(segmentSize: size, checksum: checksum)
      let pieces = Pieces(random: &random, frame)
      let inPieces = CFrame(memory: pieces.memory, pieces.fragments)
      let swift = Result { () throws(SegmentationError) in
        let plan = try SegmentationPlan(
          of: frame, link: recipe.outerLink.kind.layer, request: request)
        return try plan.frames(of: frame) + [Self.headers(plan, frame)]
      }
      for (name, input) in [("whole", CFrame(frame)), ("in pieces", inPieces)] {
        let c = Result { () throws(CError) in
          let plan = try vnic_plan(input, asked)
          return try plan.frames(of: input) + [plan.headers(of: input)]
        }
        let same = c == swift.mapError { CError($0) }
        XCTAssertTrue(same, "\(name), round \(round), seed \(seed.seed): \(recipe)")
        if !same { return }
      }
    }
  }

  private static func headers(
    _ plan: SegmentationPlan, _ frame: [UInt8]
  ) throws(SegmentationError) -> [UInt8] {
    var arena = try SegmentArena(byteCount: plan.count * plan.headerLength, slotCount: plan.count)
    try plan.renderHeaders(frame.octets, into: &arena)
    return arena.octets.array()
  }

  private static func swift(
    _ item: KernelCorpus.Case, _ frame: [UInt8]
  ) -> Result<[[UInt8]], CError> {
    Result { () throws(SegmentationError) in
      if item.group == "encap" {
        let request = SegmentationRequest(segmentSize: item.vnet.gsoSize)
        return try SegmentationPlan(of: frame, request: request).frames(of: frame)
      }
      return try OffloadAction(on: frame, describedBy: header(item)).frames(of: frame)
    }.mapError { CError($0) }
  }

  private static func c(
    _ item: KernelCorpus.Case, _ frame: CFrame
  ) -> Result<[[UInt8]], CError> {
    Result { () throws(CError) in
      if item.group == "encap" {
        var request = vnic_segmentation()
        request.segment_size = UInt32(item.vnet.gsoSize)
        return try vnic_plan(frame, request).frames(of: frame)
      }
      return try vnic_plan(frame, describedBy: header(item)).frames(of: frame)
    }
  }

  private static func header(_ item: KernelCorpus.Case) -> VirtioNetHeader {
    let recorded = item.vnet
    var header = VirtioNetHeader()
    header.flags = .init(rawValue: UInt8(truncatingIfNeeded: recorded.flags))
    header.gsoType = .init(rawValue: UInt8(truncatingIfNeeded: recorded.gsoType))
    header.headerLength = UInt16(truncatingIfNeeded: recorded.headerLength)
    header.gsoSize = UInt16(truncatingIfNeeded: recorded.gsoSize)
    header.checksumStart = UInt16(truncatingIfNeeded: recorded.checksumStart)
    header.checksumOffset = UInt16(truncatingIfNeeded: recorded.checksumOffset)
    header.outerTransportOffset = UInt16(truncatingIfNeeded: recorded.outerTransportOffset ?? 0)
    header.innerNetworkOffset = UInt16(truncatingIfNeeded: recorded.innerNetworkOffset ?? 0)
    return header
  }
}

extension FrameRecipe.LinkKind {
  /// The link layer of the engine.
  fileprivate var layer: LinkLayer {
    switch self {
    case .ethernet: .ethernet
    case .rawIP: .rawIP
    case .bsdLoopback, .bsdLoopbackNetworkOrder: .bsdLoopback
    case .linuxCooked1: .linuxCooked
    case .linuxCooked2: .linuxCooked2
    case .ppp: .ppp
    }
  }
}
