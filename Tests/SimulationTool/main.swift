import Foundation
import TestSimulation

// Goes on with a simulation of another process: reads a saved one, makes steps, and prints events.
let arguments = CommandLine.arguments
guard arguments.count == 3, let steps = Int(arguments[2]) else {
  FileHandle.standardError.write(Data("usage: simulation-tool FILE STEPS\n".utf8))
  exit(2)
}
let octets = try Data(contentsOf: URL(fileURLWithPath: arguments[1]))
let saved = try JSONDecoder().decode(SavedSimulation.self, from: octets)
let simulation = try Simulation(restoring: saved)
for _ in 0..<steps {
  for event in simulation.advance() { print(event) }
}
