public import Foundation

/// What the Linux kernel's GRO made of batches of received frames, as recorded in
/// `Fixtures/KernelCorpus/gro_*`.
///
/// `Tests/Oracle/README.md` explains the fields.
public struct CoalescingCorpus: Sendable {
  /// The virtio-net header of a frame, without `hdr_len`, which is a hint about memory.
  public struct VirtioHeader: Decodable, Equatable, Sendable {
    /// `flags`.
    public var flags: Int
    /// `gso_type`.
    public var gsoType: Int
    /// `gso_size`.
    public var gsoSize: Int
    /// `csum_start`.
    public var checksumStart: Int
    /// `csum_offset`.
    public var checksumOffset: Int

    private enum CodingKeys: String, CodingKey {
      case flags
      case gsoType = "gso_type"
      case gsoSize = "gso_size"
      case checksumStart = "csum_start"
      case checksumOffset = "csum_offset"
    }
  }

  /// One batch of frames, which arrived in one poll, and the frames that came out.
  public struct Case: Decodable, Equatable, Sendable {
    /// The name; what stands before the slash is the group.
    public var name: String
    /// The batch in words.
    public var description: String
    /// The index of the first frame that arrived.
    public var input: Int
    /// The number of frames that arrived.
    public var inputCount: Int
    /// The virtio-net headers of the frames that arrived; nil if all octets of them were zero.
    public var inputHeaders: [VirtioHeader]?
    /// What was switched on at the receiving device, beyond GRO.
    public var features: [String]?
    /// The `errno` that the writer of each frame was told, if one was.
    public var errors: [String?]?
    /// The index of the first frame that came out.
    public var first: Int
    /// The number of frames that came out.
    public var count: Int
    /// The virtio-net header of each frame that came out.
    public var headers: [VirtioHeader]
    /// The indices in the batch of the frames that each frame that came out holds.
    public var merged: [[Int]]

    private enum CodingKeys: String, CodingKey {
      case name, description, input, features, first, count, merged
      case inputCount = "input_count"
      case inputHeaders = "input_vnet"
      case errors = "errno"
      case headers = "vnet"
    }
  }

  /// The batches in the order of recording.
  public let cases: [Case]
  private let inputs: [[UInt8]]
  private let outputs: [[UInt8]]

  /// Reads the corpus in `Fixtures`, or one that was recorded into another folder.
  public init(folder: URL = Fixtures.url("KernelCorpus")) throws {
    struct File: Decodable { var cases: [Case] }
    let text = try Data(contentsOf: folder.appendingPathComponent("gro_cases.json"))
    cases = try JSONDecoder().decode(File.self, from: text).cases
    inputs = try Fixtures.frames(at: folder.appendingPathComponent("gro_input.pcap"))
    outputs = try Fixtures.frames(at: folder.appendingPathComponent("gro_expected.pcap"))
  }

  /// The frames that arrived, in their order.
  public func input(of item: Case) -> [[UInt8]] {
    Array(inputs[item.input..<(item.input + item.inputCount)])
  }

  /// The frames that came out, in their order.
  public func expected(of item: Case) -> [[UInt8]] {
    Array(outputs[item.first..<(item.first + item.count)])
  }
}
