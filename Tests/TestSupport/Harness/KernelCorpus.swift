public import Foundation

/// What the Linux kernel made of a list of frames, as recorded in `Fixtures/KernelCorpus`.
///
/// `Tests/Oracle/README.md` explains the fields.
public struct KernelCorpus: Sendable {
  /// The virtio-net header that a frame was sent with.
  public struct VirtioHeader: Decodable, Equatable, Sendable {
    /// `flags`.
    public var flags: Int
    /// `gso_type`.
    public var gsoType: Int
    /// `hdr_len`.
    public var headerLength: Int
    /// `gso_size`.
    public var gsoSize: Int
    /// `csum_start`.
    public var checksumStart: Int
    /// `csum_offset`.
    public var checksumOffset: Int
    /// `outer_th_offset`, for tunnels.
    public var outerTransportOffset: Int?
    /// `inner_nh_offset`, for tunnels.
    public var innerNetworkOffset: Int?

    private enum CodingKeys: String, CodingKey {
      case flags
      case gsoType = "gso_type"
      case headerLength = "hdr_len"
      case gsoSize = "gso_size"
      case checksumStart = "csum_start"
      case checksumOffset = "csum_offset"
      case outerTransportOffset = "outer_th_offset"
      case innerNetworkOffset = "inner_nh_offset"
    }
  }

  /// Octets that differ from boot to boot and are zero in the recording.
  public struct Ignored: Decodable, Equatable, Sendable {
    /// Where they start.
    public var offset: Int
    /// How many they are.
    public var length: Int
  }

  /// One frame and its outcome.
  public struct Case: Decodable, Equatable, Sendable {
    /// The name; what stands before the slash is the group.
    public var name: String
    /// The protocols, from the outside in.
    public var `protocol`: String
    /// The index of the frame that was sent.
    public var input: Int
    /// `segmented`, `passed` or `rejected`.
    public var outcome: String
    /// The index of the first frame that came out.
    public var first: Int
    /// The number of frames that came out.
    public var count: Int
    /// Whether the frame is sound and its header describes it.
    public var wellformed: Bool
    /// Why an engine may well do something else; nil if it may not.
    public var advisory: String?
    /// The header it was sent with.
    public var vnet: VirtioHeader
    /// What not to compare.
    public var ignore: [Ignored]?

    /// The part of the name before the slash.
    public var group: String { String(name.prefix { $0 != "/" }) }

    /// Whether UDP to the ports of VXLAN and Geneve is a tunnel here, and not mere payload.
    public var isUDPTunnel: Bool { vnet.outerTransportOffset != nil }
  }

  /// The cases in the order of recording.
  public let cases: [Case]
  private let inputs: [[UInt8]]
  private let outputs: [[UInt8]]

  /// Reads the corpus in `Fixtures`, or one that was recorded into another folder.
  public init(folder: URL = Fixtures.url("KernelCorpus")) throws {
    struct File: Decodable { var cases: [Case] }
    let text = try Data(contentsOf: folder.appendingPathComponent("cases.json"))
    cases = try JSONDecoder().decode(File.self, from: text).cases
    inputs = try Fixtures.frames(at: folder.appendingPathComponent("input.pcap"))
    outputs = try Fixtures.frames(at: folder.appendingPathComponent("expected.pcap"))
  }

  /// The frame that was sent.
  public func input(of item: Case) -> [UInt8] { inputs[item.input] }

  /// The frames that came out.
  public func expected(of item: Case) -> [[UInt8]] {
    item.count == 0 ? [] : Array(outputs[item.first..<(item.first + item.count)])
  }
}
