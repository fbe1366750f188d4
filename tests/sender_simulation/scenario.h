#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "engine/run_job.h"
#include "load/load_run.h"
#include "sender_simulation/chance.h"
#include "sender_simulation/http_receiver.h"
#include "sender_simulation/stored_records.h"
#include "sender_simulation/stream_receiver.h"
#include "sender_simulation/watched_sink.h"

namespace busyhour::internal {

/// The profile of all simulated runs, as it is and compiled.
const Profile& QuickstartProfile();
const Runs& Quickstart();

/// A simulated run before it begins, drawn from a seed: the job and its pace,
/// the options of the sender, what is asked for while it goes on, and the
/// receiver.
class Scenario {
 public:
  explicit Scenario(std::uint64_t seed);
  Scenario(const Scenario&) = delete;
  Scenario& operator=(const Scenario&) = delete;

  SimulatedClock& clock() { return clock_; }
  const LoadPlan& plan() const { return plan_; }
  WatchedSink& sink() { return *watched_; }
  /// After the run: lets the receiver end what it has begun.
  void FinishReceiver();
  const StoredRecords& stored() const { return stored_; }
  /// Whether a request came although the receiver had asked to wait.
  bool WasImpatient() const;
  /// The kind of receiver.
  const std::string& words() const { return words_; }

 private:
  void DrawPlan();
  void DrawSender();
  void DrawChanges();
  void MakeReceiver();
  void MakeHttp();
  void MakeHttpSink(std::size_t connections,
                    std::unique_ptr<HttpClient> client);
  void MakeBlobSink(std::size_t connections,
                    std::unique_ptr<HttpClient> client);
  void MakeStream();
  void OnProgress(Nanos now);

  Chance chance_;
  std::string words_;
  SimulatedClock clock_;
  StoredRecords stored_;
  LoadPlan plan_;
  std::atomic<int> interrupt_{0};
  std::array<Nanos, 2> interrupts_ = {kNever, kNever};
  std::vector<std::pair<Nanos, std::string>> changes_;
  std::unique_ptr<RunControl> control_;
  bool is_http_ = true;
  bool is_blob_ = false;
  // Owned by the sink.
  HttpReceiver* http_ = nullptr;
  StreamReceiver* stream_ = nullptr;
  std::unique_ptr<BatchSink> sink_;
  std::unique_ptr<WatchedSink> watched_;
};

}  // namespace busyhour::internal
