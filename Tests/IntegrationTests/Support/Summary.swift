import Foundation

/// The summary of `vnic segment --json`.
struct Summary: Decodable {
  struct Skipped: Decodable {
    struct Frame: Decodable {
      let number: Int
      let detail: String
    }

    let reason: String
    let remedy: String?
    let count: Int
    let frames: [Frame]
  }

  struct Checksums: Decodable {
    let completed_in_fitting_frames: Int
    let completed_in_segmented_frames: Int
    let wrong_in_fitting_frames: Int
    let wrong_in_segmented_frames: Int
  }

  struct Foreign: Decodable, Equatable {
    let link_type: Int
    let name: String?
    let first_frame: Int
    let count: Int
  }

  struct Damage: Decodable, Equatable {
    let octet: Int
    let frame: Int?
    let block: Int?
    let message: String
  }

  struct Omission: Decodable, Equatable {
    let what: String
    let count: Int
  }

  let input: String
  let output: String
  let format: String
  let rules: String
  let mtu: Int?
  let mss: Int?
  let frames_read: Int
  let frames_written: Int
  let frames_segmented: Int
  let segments: Int
  let fragments: Int
  let datagrams_fragmented: Int
  let frames_fitting: Int
  let frames_fitting_in_part: Int
  let foreign: [Foreign]
  let damage: [Damage]
  let omissions: [Omission]
  let frames_skipped: Int
  let skipped: [Skipped]
  let checksums: Checksums
  let lengths_completed: Int
  let udp_frames_from_flow: Int
  let guessed_udp_frames: Int
  let largest_packet: Int
  let octets_read: Int
  let octets_written: Int
  let seconds: Double
  let peak_memory: Int?

  init(_ json: [UInt8]) throws { self = try JSONDecoder().decode(Summary.self, from: Data(json)) }
}
