import Foundation
import TestSupport
import WireFormats
import XCTest

@testable import vnic

/// What `vnic bench` prints, and that its check would see a wrong output.
final class BenchTests: XCTestCase {
  private func rows(_ arguments: String...) throws -> [[String: Any]] {
    let run = try VnicTool.succeed(
      ["bench", "--json", "--rounds", "1", "--rotate", "2"] + arguments)
    XCTAssertEqual(run.errorText, "")
    let json = try JSONSerialization.jsonObject(with: Data(run.standardOutput))
    return try XCTUnwrap((json as? [String: Any])?["rows"] as? [[String: Any]])
  }

  func testPassesWithoutAClock() throws {
    let run = try VnicTool.succeed(
      ["bench", "--passes", "3", "--frame", "udp4", "--memory", "hot", "--job", "nic"])
    XCTAssertEqual(run.text, "each job was done 3 times with each frame\n")
  }

  func testEveryRow() throws {
    let rows = try rows()
    let names = rows.map { row in
      ["job", "frame", "working_set"].map { row[$0] as? String ?? "" }.joined(separator: "/")
    }
    var expected: [String] = []
    for frame in ["tcp4", "tcp6", "udp4", "vxlan4-tcp4"] {
      for set in ["hot", "cold source", "both cold"] {
        for job in [
          "headers only", "zero copy + checksums", "copy + checksums", "the whole NIC",
        ] {
          expected.append("\(job)/\(frame)/\(set)")
        }
      }
      expected += ["coalesce/\(frame)/hot", "coalesce, 64 flows/\(frame)/hot"]
    }
    XCTAssertEqual(names, expected + ["two cores/tcp4/hot"])
    for (name, row) in zip(names, rows) {
      let number = { (key: String) in row[key] as? Double ?? 0 }
      XCTAssertEqual(row["segments"] as? Int, name.contains("/udp4/") ? 55 : 46, name)
      XCTAssertEqual(row["kernel"] as? String, SumKernel.fastest.rawValue, name)
      XCTAssertGreaterThan(number("quiet_times_memcpy"), 0, name)
      XCTAssertGreaterThan(number("times_memcpy"), 0, name)
      XCTAssertEqual(
        number("nanoseconds_per_segment"), number("nanoseconds_per_frame") / number("segments"),
        accuracy: 0.01, name)
      let outputs =
        name.contains("64 flows")
        ? 64 : name.contains("two cores") ? 3 : name.hasSuffix("/hot") ? 1 : 2
      XCTAssertEqual(row["verified_outputs"] as? Int, outputs, name)
      XCTAssertEqual(row["times_one_core"] != nil, name.contains("two cores"), name)
    }
  }

  func testManyNICs() throws {
    let rows = try rows("--job", "nics", "--nics", "30", "--frame", "udp4")
    XCTAssertEqual(rows.map { $0["job"] as? String }, ["many NICs"])
    XCTAssertEqual(rows[0]["nics"] as? Int, 30)
    XCTAssertEqual(rows[0]["verified_outputs"] as? Int, 3)
    XCTAssertGreaterThan(rows[0]["first_frame_times_later"] as? Double ?? 0, 0)
    #if os(Linux)
      // Far from the memory of a NIC with arenas of its own, whatever a page of memory rounds to. A
      // sanitizer keeps what was given back.
      if allocations(during: {}) != nil {
        XCTAssertLessThan(rows[0]["octets_per_nic"] as? Double ?? .infinity, 100_000)
      }
    #endif
    let text = try VnicTool.succeed(
      ["bench", "--rounds", "1", "--job", "nics", "--nics", "30", "--frame", "udp4"]
    ).text
    XCTAssertTrue(text.contains("  30 NICs, "), text)
    XCTAssertTrue(text.contains(" x a later one\n"), text)
  }

  func testNICsAreForOneJob() throws {
    for (arguments, sentence) in [
      (["--job", "nic", "--nics", "5"], "`--nics` is for `--job nics`"),
      (["--job", "nics", "--passes", "5"], "`--passes` is for jobs on one thread and one frame"),
    ] {
      let run = try runTool(VnicTool.url, ["bench"] + arguments)
      XCTAssertEqual(run.status, 2, sentence)
      XCTAssertTrue(run.errorText.contains(sentence), run.errorText)
    }
  }

  func testASegmentThatMergesWithNothing() throws {
    let rows = try rows("--job", "alone", "--frame", "tcp6")
    XCTAssertEqual(rows.map { $0["segments"] as? Int }, [1])
    XCTAssertEqual(rows.map { $0["verified_outputs"] as? Int }, [1])
  }

  func testBridges() throws {
    for (job, segments) in [("bridge", 46), ("bridge-pass", 46), ("bridge-whole", 1)] {
      #if os(Linux)
        for frame in ["tcp4", "vxlan4-tcp4"] {
          let rows = try rows("--job", job, "--frame", frame)
          XCTAssertEqual(rows.map { $0["segments"] as? Int }, [segments])
          XCTAssertEqual(rows.map { $0["verified_outputs"] as? Int }, [1])
        }
      #else
        let run = try VnicTool.run("bench", "--rounds", "1", "--job", job)
        XCTAssertEqual(run.errorText, "vnic: `--job \(job)` needs Linux\n")
      #endif
    }
  }

  func testKernelsAndProcessors() throws {
    for kernel in SumKernel.allCases where kernel.isAvailable {
      let rows = try rows(
        "--kernel", kernel.rawValue, "--job", "sums", "--frame", "udp4", "--memory", "both-cold",
        "--cpu", "0")
      XCTAssertEqual(rows.map { $0["kernel"] as? String }, [kernel.rawValue])
    }
    for kernel in SumKernel.allCases where !kernel.isAvailable {
      let run = try VnicTool.run("bench", "--kernel", kernel.rawValue)
      XCTAssertEqual(
        run.errorText, "vnic: this processor cannot run the kernel `\(kernel.rawValue)`\n")
    }
    let run = try VnicTool.run("bench", "--cpu", "1023", "--rounds", "1")
    XCTAssertEqual(run.status, 1)
    XCTAssertEqual(run.errorText, "vnic: processor 1023: Invalid argument\n")
    let clockless = try VnicTool.run("bench", "--linear", "--passes", "3")
    XCTAssertEqual(clockless.status, 2)
    XCTAssertTrue(clockless.errorText.contains("`--passes`"), clockless.errorText)
    let both = try VnicTool.run("bench", "--linear", "--job", "copy")
    XCTAssertEqual(both.errorText, "vnic: `--linear` and `--job` exclude each other\n")
  }

  func testTable() throws {
    let run = try VnicTool.succeed([
      "bench", "--rounds", "1", "--job", "headers", "--frame", "tcp6", "--memory", "hot",
    ])
    XCTAssertTrue(run.text.hasPrefix("job  "), run.text)
    XCTAssertTrue(run.text.contains("headers only          tcp6  "), run.text)
    XCTAssertTrue(run.text.contains("all outputs were checked"), run.text)
  }

  // MARK: The check itself

  private static let frames = BenchFrame.Kind.allCases.map {
    BenchFrame(name: $0.rawValue, $0, payload: 1_001, segmentSize: 300, tags: 2)
  }
  private static let jobs: [BenchJob] = [.headersOnly, .headersAndSums, .copyAndSums, .wholeNIC]

  /// What happens to a frame, and the frame.
  private func output(_ job: BenchJob, _ frame: BenchFrame) throws -> (output: [UInt8], [UInt8]) {
    var work = try BenchWork(BenchMemory(frame, .hot, rotating: 1), Yardstick())
    XCTAssertEqual(try BenchRunner.verify(job, &work), 1)
    let isShort = job == .headersOnly || job == .headersAndSums
    let length = isShort ? frame.segmentCount * frame.headerLength : frame.outputLength
    let output = work.memory.outputs[0].extracting(first: length)
    return (output.array(0..<length), work.memory.sources[0].array(0..<frame.frameLength))
  }

  func testEveryDamagedOctetIsSeen() throws {
    for frame in Self.frames {
      for job in Self.jobs {
        let (output, source) = try output(job, frame)
        let check = BenchCheck(frame, job)
        XCTAssertNil(check.fault(in: output.octets, of: source.octets))
        for at in output.indices {
          var damaged = output
          damaged[at] ^= 0x10
          XCTAssertNotNil(
            check.fault(in: damaged.octets, of: source.octets),
            "\(job.title), \(frame.name): octet \(at)")
        }
      }
    }
  }

  /// The sum of the headers is that of the payload's segment, not of its neighbour's.
  func testSwappedSegmentsAreSeen() throws {
    let frame = Self.frames[0]
    let (output, source) = try output(.copyAndSums, frame)
    let length = frame.fullSegmentLength
    let swapped = output[length..<(2 * length)] + output[..<length] + output[(2 * length)...]
    let fault = BenchCheck(frame, .copyAndSums).fault(
      in: Array(swapped).octets, of: source.octets)
    XCTAssertEqual(fault?.hasPrefix("tcp4, segment 0: octet "), true, fault ?? "nothing")
  }

  func testMedians() {
    XCTAssertEqual(BenchPairs.median([3, 1, 2]), 2)
    XCTAssertEqual(BenchPairs.median([4, 1, 2, 3]), 2.5)
    XCTAssertEqual(BenchPairs.median([]), 0)
    var pairs = BenchPairs()
    for (yardstick, job) in [(100, 150), (114, 171), (116, 500)] {
      pairs.add(yardstick: Double(yardstick), job: Double(job))
    }
    XCTAssertEqual(pairs.quiet.count, 2, "one took 16 % longer than the best")
    XCTAssertEqual(pairs.quietRatio, 1.5, accuracy: 1e-9)
    XCTAssertEqual(pairs.time, 160.5)
    XCTAssertEqual(pairs.ratio, 1.5, accuracy: 1e-9)
  }
}
