import Foundation
import WireFormats

/// One line of a corpus: a frame, and the virtio-net header that it was sent with.
///
/// `Tests/Oracle/README.md` explains the fields; what the kernel made of the frame is not read.
struct CorpusCase: Decodable {
  /// The fields of the header, as wide as JSON has them.
  struct Header: Decodable {
    let flags: Int
    let gso_type: Int
    let hdr_len: Int
    let gso_size: Int
    let csum_start: Int
    let csum_offset: Int
    let outer_th_offset: Int?
    let inner_nh_offset: Int?
  }

  /// Present if the frame is a tunnel that no virtio-net header can describe.
  struct Encapsulation: Decodable {}

  let name: String
  /// Index of the frame in `input.pcap`, from 0.
  let input: Int
  let vnet: Header
  let encap: Encapsulation?

  /// The header.
  ///
  /// - Throws: ``Failure`` if a number does not fit its field.
  func header() throws(Failure) -> VirtioNetHeader {
    var header = VirtioNetHeader()
    header.flags = .init(rawValue: try field(vnet.flags, "flags"))
    header.gsoType = .init(rawValue: try field(vnet.gso_type, "gso_type"))
    header.headerLength = try field(vnet.hdr_len, "hdr_len")
    header.gsoSize = try field(vnet.gso_size, "gso_size")
    header.checksumStart = try field(vnet.csum_start, "csum_start")
    header.checksumOffset = try field(vnet.csum_offset, "csum_offset")
    header.outerTransportOffset = try field(vnet.outer_th_offset ?? 0, "outer_th_offset")
    header.innerNetworkOffset = try field(vnet.inner_nh_offset ?? 0, "inner_nh_offset")
    return header
  }

  private func field<Field: FixedWidthInteger>(
    _ number: Int, _ key: String
  ) throws(Failure) -> Field {
    guard let value = Field(exactly: number) else {
      throw Failure("cases.json: case \(name): \(key) \(number) is not in 0...\(Field.max)")
    }
    return value
  }
}

/// A corpus in memory.
struct Corpus {
  private struct File: Decodable {
    let cases: [CorpusCase]
  }

  let cases: [CorpusCase]

  /// Reads `cases.json` of a folder.
  init(_ folder: URL) throws {
    cases = try Self.decode(File.self, at: folder.appendingPathComponent("cases.json")).cases
  }

  /// Reads a file of JSON.
  static func decode<Value: Decodable>(_ type: Value.Type, at url: URL) throws -> Value {
    let data: Data
    do { data = try Data(contentsOf: url) } catch {
      throw Failure("\(url.path): \(error.localizedDescription)")
    }
    do {
      return try JSONDecoder().decode(type, from: data)
    } catch let error as DecodingError {
      throw Failure("\(url.path): \(text(error))")
    }
  }

  private static func text(_ error: DecodingError) -> String {
    let (problem, path): (String, [any CodingKey]) =
      switch error {
      case .keyNotFound(let key, let context):
        ("`\(key.stringValue)` is missing", context.codingPath)
      case .typeMismatch(_, let context), .valueNotFound(_, let context):
        (context.debugDescription, context.codingPath)
      case .dataCorrupted(let context):
        ("not JSON: \(context.debugDescription)", context.codingPath)
      @unknown default: ("\(error)", [])
      }
    let place = path.map { $0.intValue.map { "[\($0)]" } ?? ".\($0.stringValue)" }.joined()
    return place.isEmpty ? problem : "at \(place): \(problem)"
  }
}
