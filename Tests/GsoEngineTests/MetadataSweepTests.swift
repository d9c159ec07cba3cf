import GsoEngine
import TestSupport
import WireFormats
import XCTest

extension VirtioNetHeader {
  /// The header that a sender would put before a frame.
  init(for recipe: FrameRecipe, gsoSize: Int) {
    self.init()
    let layout = recipe.layout
    flags = .needsChecksum
    let base: GsoType =
      !recipe.transport.isTCP ? .udpL4 : recipe.network.isIPv6 ? .tcpv6 : .tcpv4
    gsoType = base
    if let tunnel = recipe.encapsulation {
      let bit = tunnel.network.isIPv6 ? GsoType.udpTunnelIPv6Bit : GsoType.udpTunnelIPv4Bit
      gsoType = GsoType(rawValue: base.rawValue | bit)
      if tunnel.checksum != .zero { flags.insert(.udpTunnelChecksum) }
      outerTransportOffset = UInt16(layout.outerTransportOffset ?? 0)
      innerNetworkOffset = UInt16(layout.networkOffset)
    }
    self.gsoSize = UInt16(truncatingIfNeeded: gsoSize)
    headerLength = UInt16(truncatingIfNeeded: layout.payloadOffset)
    checksumStart = UInt16(truncatingIfNeeded: layout.transportOffset)
    checksumOffset = recipe.transport.isTCP ? 16 : 6
  }
}

/// Every value of the fields of a virtio-net header, on small frames.
final class MetadataSweepTests: XCTestCase {
  private let tunnelled = FrameRecipe(
    payload: Payload(count: 40), encapsulation: Encapsulation(.vxlan(), checksum: .complete))

  private var recipes: [FrameRecipe] {
    [
      FrameRecipe(payload: Payload(count: 40)),
      FrameRecipe(network: .ipv6(), payload: Payload(count: 40)),
      FrameRecipe(transport: .udp(), payload: Payload(count: 40)),
      FrameRecipe(network: .ipv6(), transport: .udp(), payload: Payload(count: 40)),
      tunnelled,
    ]
  }

  /// A header that asks for no segmentation may ask for a checksum anywhere inside the frame.
  func testChecksumOffsetsWithoutCut() throws {
    let frame = FrameRecipe(payload: Payload(count: 6)).build()
    let reach = frame.count + 40
    for start in 0...reach {
      for offset in 0...reach {
        var header = VirtioNetHeader()
        header.flags = .needsChecksum
        (header.checksumStart, header.checksumOffset) = (UInt16(start), UInt16(offset))
        let found = Result { () throws(SegmentationError) in
          try OffloadAction(on: frame, describedBy: header).frames(of: frame)
        }
        guard start + offset + 2 <= frame.count else {
          XCTAssertEqual(
            found,
            .failure(
              .metadata(
                .checksumOutsideFrame(start: start, offset: offset, frameLength: frame.count))))
          continue
        }
        guard start >= 20 else {
          XCTAssertEqual(
            found, .failure(.metadata(.checksumStartTooEarly(start: start, minimum: 20))))
          continue
        }
        var expected = frame
        let sum = referenceChecksum(frame.slice(start..<frame.count))
        expected.setWord(sum == 0 ? 0xFFFF : Int(sum), start + offset)
        XCTAssertEqual(found, .success([expected]), "start \(start), offset \(offset)")
      }
    }
  }

  /// A header that asks for segmentation must point to the checksum of the transport header.
  func testChecksumOffsetsWithCut() {
    for recipe in recipes {
      let frame = recipe.build()
      let right = VirtioNetHeader(for: recipe, gsoSize: 16)
      let reach = UInt16(frame.count + 40)
      for start in 0...reach {
        for offset in 0...reach {
          var header = right
          (header.checksumStart, header.checksumOffset) = (start, offset)
          let error = refusal { try OffloadAction(on: frame, describedBy: header) }
          let isRight = header == right
          XCTAssertEqual(error == nil, isRight, "start \(start), offset \(offset): \(recipe)")
          if !isRight, case .metadata = error { continue }
          XCTAssertTrue(isRight, "start \(start), offset \(offset): \(String(describing: error))")
        }
      }
    }
  }

  /// Which combinations of type, flags and size give an action, and which are refused.
  func testTypesFlagsAndSizes() throws {
    let flags = Array(0...15) + [0x80, 0xF0, 0xFF]
    for recipe in recipes {
      let frame = recipe.build()
      let right = VirtioNetHeader(for: recipe, gsoSize: 16)
      let ecn: UInt8 = recipe.transport.isTCP ? 0x80 : 0
      // Type 3 asks for IP fragments, which is another matter.
      for type in UInt8.min...UInt8.max where type & 0x1F != 3 {
        for flag in flags {
          for size in [0, 1, 16, 40, 65_534, 65_535] as [UInt16] {
            var header = right
            header.gsoType = .init(rawValue: type)
            header.flags = .init(rawValue: UInt8(flag))
            header.gsoSize = size
            let name = "type \(type), flags \(flag), size \(size): \(recipe)"
            let needsChecksum = flag & 1 == 1
            let isOwn = type | ecn == right.gsoType.rawValue | ecn
            let mayLackChecksum = recipe.transport.isTCP && recipe.encapsulation == nil
            let isSound = isOwn && 1...65_534 ~= size && (needsChecksum || mayLackChecksum)
            let action = try? OffloadAction(on: frame, describedBy: header)
            let isFinished = isSound && size >= 40 && !needsChecksum
            if type == 0 {
              XCTAssertEqual(action == .unmodified, !needsChecksum, name)
              if needsChecksum, case .checksum = action { continue }
              XCTAssertFalse(needsChecksum, name)
            } else if isFinished {
              XCTAssertEqual(action, .unmodified, name)
            } else if case .segmentation(let plan) = action {
              XCTAssertTrue(isSound, name)
              XCTAssertEqual(plan.count, (40 + Int(size) - 1) / Int(size), name)
            } else {
              XCTAssertNil(action, name)
              XCTAssertFalse(isSound, name)
            }
          }
        }
      }
    }
  }

  /// hdr_len is a hint: it must lie inside the frame, and no more.
  func testHeaderLengths() throws {
    for recipe in recipes {
      let frame = recipe.build()
      var header = VirtioNetHeader(for: recipe, gsoSize: 16)
      let expected = try OffloadAction(on: frame, describedBy: header).frames(of: frame)
      for length in 0...(frame.count + 40) {
        header.headerLength = UInt16(length)
        guard length <= frame.count else {
          XCTAssertEqual(
            refusal { try OffloadAction(on: frame, describedBy: header) },
            .metadata(
              .headerLengthExceedsFrame(headerLength: length, frameLength: frame.count)))
          continue
        }
        let frames = try OffloadAction(on: frame, describedBy: header).frames(of: frame)
        XCTAssertTrue(frames == expected, "hdr_len \(length): \(recipe)")
      }
    }
  }

  /// The offsets of a tunnel must be those of the frame.
  func testTunnelOffsets() {
    let frame = tunnelled.build()
    let right = VirtioNetHeader(for: tunnelled, gsoSize: 16)
    let reach = UInt16(frame.count + 40)
    for outer in 0...reach {
      for inner in 0...reach {
        var header = right
        (header.outerTransportOffset, header.innerNetworkOffset) = (outer, inner)
        let error = refusal { try OffloadAction(on: frame, describedBy: header) }
        XCTAssertEqual(error == nil, header == right, "outer \(outer), inner \(inner)")
      }
    }
  }
}
