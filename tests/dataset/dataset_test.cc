#include "dataset/dataset.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>
#include <nlohmann/json.hpp>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/fingerprint.h"
#include "base/test_files.h"
#include "base/time.h"
#include "busyhour/error.h"
#include "dataset/manifest_reader.h"
#include "engine/run_job.h"

namespace busyhour::internal {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;

class DatasetTest : public testing::Test {
 protected:
  DatasetTest() : runs_(ShippedProfile("quickstart")) {
    job_ = runs_.JobOf(Extent::Kind::kCalls, 50);
  }
  std::string Path(std::string_view name) const { return scratch_.Path(name); }
  const Profile& profile() const { return runs_.plan.profile(); }

  // Runs the job with the sinks of `dataset`, and closes it like the program
  // does.
  void Fill(Dataset& dataset) {
    ASSERT_TRUE(dataset.Open().ok());
    Pipe pipe(runs_.worlds, job_, dataset.files().routes(), dataset.sinks(),
              OptionsOf(1));
    ASSERT_TRUE(pipe.Run().ok());
    ASSERT_TRUE(dataset.Close(pipe.snapshot(), true).ok());
  }

  static Json Manifest(const std::string& path) {
    return Json::parse(ContentOf(path));
  }
  static void Touch(const std::string& path) { std::ofstream(path) << "mine"; }

  Runs runs_;
  Job job_;
  Scratch scratch_;
};

using Set = std::set<std::string>;

TEST_F(DatasetTest, TellsWhatItsTargetIs) {
  fs::create_directory(Path("there"));
  Touch(Path("file"));
  const std::pair<std::string, OutKind> kCases[] = {
      {"-", OutKind::kStandardOutput},
      {"null:", OutKind::kNull},
      {"/dev/null", OutKind::kDevice},
      {Path("there"), OutKind::kDirectory},
      {Path("new"), OutKind::kDirectory},
      {Path("new.d"), OutKind::kDirectory},
      {Path("new.jsonl/"), OutKind::kDirectory},
      {Path("new.jsonl"), OutKind::kFile},
      {Path("new.json"), OutKind::kFile},
      {Path("new.csv"), OutKind::kFile},
      {Path("file"), OutKind::kFile},
  };
  for (const auto& [out, kind] : kCases) {
    EXPECT_EQ(Dataset(out, profile(), job_, {.force = true}).files().kind(),
              kind)
        << out;
  }
  EXPECT_EQ(NamesIn(scratch_.path()), (Set{"there", "file"}));
}

TEST_F(DatasetTest, ADirectoryGetsAFileForEachLogAndAManifest) {
  const std::string out = Path("a/b/out");
  Dataset dataset(out, profile(), job_, {});
  Fill(dataset);
  EXPECT_EQ(NamesIn(out), (Set{"CallAutomationMediaSummary.jsonl",
                               "CallAutomationOperational.jsonl",
                               "CallAutomationStreamingUsage.jsonl",
                               "Usage.jsonl", "manifest.json"}));
  const RunOutcome together = runs_.Run(job_);
  std::size_t lines = 0;
  for (const OutputFiles::Stream& stream : dataset.files().streams()) {
    const std::string& path = stream.shown;
    const std::string bytes = ContentOf(path);
    for (const std::string_view line : LinesOf(bytes)) {
      const std::string category = Json::parse(line)["category"];
      EXPECT_EQ(fs::path(path).stem(), category);
      ++lines;
    }
  }
  EXPECT_EQ(lines, together.tally.all_records());
}

TEST_F(DatasetTest, AFileGetsAllLogsAndAManifestBesideIt) {
  const std::string out = Path("all.jsonl");
  Dataset dataset(out, profile(), job_, {});
  Fill(dataset);
  EXPECT_EQ(NamesIn(scratch_.path()),
            (Set{"all.jsonl", "all.jsonl.manifest.json"}));
  EXPECT_TRUE(ContentOf(out) == runs_.Run(job_).bytes);
}

TEST_F(DatasetTest, WritesOnlyTheLogsThatAreWanted) {
  job_.logs = {LogType::kMediaSummary};
  job_.frame = Frame::kCsv;
  job_.shape = Shape::kPortal;
  const std::string out = Path("out");
  Dataset dataset(out, profile(), job_, {});
  Fill(dataset);
  EXPECT_EQ(NamesIn(out),
            (Set{"CallAutomationMediaSummary.csv", "manifest.json"}));
  EXPECT_EQ(Manifest(out + "/manifest.json")["logs"],
            Json::array({"media_summary"}));
}

// The manifest contains the parameters needed to generate the data set again,
// and the sizes and fingerprints needed to check its files.
TEST_F(DatasetTest, TheManifestSaysWhatIsThere) {
  job_.seed = 77;
  job_.shard = {1, 3};
  const Runs runs(profile(), 77);
  const std::string out = Path("out");
  Dataset dataset(out, profile(), job_, {});
  ASSERT_TRUE(dataset.Open().ok());
  Pipe pipe(runs.worlds, job_, dataset.files().routes(), dataset.sinks(),
            OptionsOf(2));
  ASSERT_TRUE(pipe.Run().ok());
  ASSERT_TRUE(dataset.Close(pipe.snapshot(), true).ok());

  const Json manifest = Manifest(out + "/manifest.json");
  EXPECT_EQ(manifest["state"], "complete");
  EXPECT_EQ(manifest["profile"], "quickstart");
  EXPECT_EQ(manifest["profile_text"], profile().text);
  EXPECT_EQ(manifest["seed"], 77);
  EXPECT_EQ(manifest["start"], FormatTime(job_.start));
  EXPECT_EQ(manifest["extent"], Json({{"calls", 50}}));
  EXPECT_EQ(manifest["shard"], Json({{"index", 1}, {"count", 3}}));
  EXPECT_EQ(manifest["shape"], "resource-log");
  EXPECT_EQ(manifest["frame"], "jsonl");
  EXPECT_EQ(manifest["counts"]["calls"], pipe.tally().calls);
  ASSERT_EQ(manifest["files"].size(), LogSet::Default().size());
  std::uint64_t records = 0;
  for (const Json& file : manifest["files"]) {
    const std::string bytes =
        ContentOf(out + '/' + file["name"].get<std::string>());
    EXPECT_EQ(file["bytes"], bytes.size());
    EXPECT_EQ(file["records"], LinesOf(bytes).size());
    Fingerprint fingerprint;
    fingerprint.Add(bytes);
    EXPECT_EQ(file["xxh3_128"], fingerprint.Text());
    EXPECT_EQ(file["name"].get<std::string>(),
              file["category"].get<std::string>() + ".jsonl");
    records += file["records"].get<std::uint64_t>();
  }
  EXPECT_EQ(records, pipe.tally().all_records());
  EXPECT_EQ(manifest["counts"]["records"]["usage"], pipe.tally().records[2]);
}

TEST_F(DatasetTest, AnInterruptedRunLeavesNoFileUnderItsName) {
  const std::string out = Path("out");
  {
    Dataset dataset(out, profile(), job_, {});
    ASSERT_TRUE(dataset.Open().ok());
    // The state is "interrupted" before the first byte is written.
    EXPECT_EQ(Manifest(out + "/manifest.json")["state"], "interrupted");
    const std::string_view some = "half a record";
    ASSERT_TRUE(dataset.sinks()[0]->Write({&some, 1}).ok());
    Snapshot snapshot;
    snapshot.tally.records[0] = 1;
    ASSERT_TRUE(dataset.Close(snapshot, false).ok());
  }
  EXPECT_EQ(NamesIn(out), (Set{"CallAutomationMediaSummary.jsonl.part",
                               "CallAutomationOperational.jsonl.part",
                               "CallAutomationStreamingUsage.jsonl.part",
                               "Usage.jsonl.part", "manifest.json"}));
  const Json manifest = Manifest(out + "/manifest.json");
  EXPECT_EQ(manifest["state"], "interrupted");
  EXPECT_EQ(manifest["files"][0]["bytes"], 13);
}

TEST_F(DatasetTest, RefusesToReplaceAnything) {
  const std::string out = Path("out");
  fs::create_directory(out);
  Touch(out + "/Usage.jsonl");
  Touch(out + "/manifest.json");
  Touch(out + "/mine.txt");
  try {
    Dataset dataset(out, profile(), job_, {});
    FAIL() << "did not refuse";
  } catch (const InputError& error) {
    EXPECT_EQ(std::string(error.what()),
              "--out: " + out +
                  "/Usage.jsonl is already there; --force replaces it\n"
                  "--out: " +
                  out + "/manifest.json is already there; --force replaces it");
  }
  EXPECT_EQ(NamesIn(out), (Set{"Usage.jsonl", "manifest.json", "mine.txt"}));
  EXPECT_EQ(ContentOf(out + "/Usage.jsonl"), "mine");
}

TEST_F(DatasetTest, RefusesToReplaceALinkToNowhere) {
  fs::create_symlink(Path("nowhere"), Path("all.jsonl"));
  EXPECT_THROW(Dataset(Path("all.jsonl"), profile(), job_, {}), InputError);
}

TEST_F(DatasetTest, ReplacesWhatItIsForcedTo) {
  const std::string out = Path("out");
  fs::create_directory(out);
  Touch(out + "/Usage.jsonl");
  Touch(out + "/mine.txt");
  Dataset dataset(out, profile(), job_, {.force = true});
  Fill(dataset);
  EXPECT_NE(ContentOf(out + "/Usage.jsonl"), "mine");
  EXPECT_EQ(ContentOf(out + "/mine.txt"), "mine");
}

TEST_F(DatasetTest, SaysWhatItCannotReplace) {
  const std::string out = Path("out");
  const std::string in_the_way = out + "/CallAutomationOperational.0007.jsonl";
  fs::create_directory(out);
  job_.rotate_bytes = 10'000;
  Dataset dataset(out, profile(), job_, {.force = true});
  fs::create_directories(in_the_way);
  Touch(in_the_way + "/theirs");
  EXPECT_EQ(dataset.Open().message(),
            "cannot remove " + in_the_way + ": Directory not empty");
}

TEST_F(DatasetTest, SaysWhyItCannotBeMade) {
  Touch(Path("file"));
  Dataset under_file(Path("file/out"), profile(), job_, {});
  EXPECT_THAT(
      [&] { static_cast<void>(under_file.Open()); },
      ::testing::Throws<InputError>(::testing::Property(
          &InputError::what,
          ::testing::HasSubstr("cannot create the directory " +
                               Path("file/out") + ": Not a directory"))));

  EXPECT_THAT(
      [&] { Dataset(Path("missing/all.jsonl"), profile(), job_, {}); },
      ::testing::Throws<InputError>(::testing::Property(
          &InputError::what,
          ::testing::HasSubstr("there is no directory " + Path("missing")))));
  EXPECT_EQ(NamesIn(scratch_.path()), (Set{"file"}));
}

TEST_F(DatasetTest, NothingIsWrittenWhereThereIsNoFile) {
  Dataset null("null:", profile(), job_, {});
  Fill(null);
  EXPECT_TRUE(null.files().streams().empty());
  Dataset device("/dev/null", profile(), job_, {});
  Fill(device);
  EXPECT_TRUE(device.files().streams().empty());
  EXPECT_TRUE(NamesIn(scratch_.path()).empty());
}

TEST_F(DatasetTest, NumberedFilesAreListedWithTheirRecords) {
  job_.rotate_bytes = 20'000;
  const std::string out = Path("out");
  Dataset dataset(out, profile(), job_, {});
  Fill(dataset);
  const Json manifest = Manifest(out + "/manifest.json");
  EXPECT_EQ(manifest["rotate_bytes"], 20'000);
  EXPECT_FALSE(manifest.contains("resume"));
  EXPECT_EQ(manifest["files"].size() + 1, NamesIn(out).size());
  EXPECT_EQ(manifest["files"][0]["name"],
            "CallAutomationOperational.0001.jsonl");
  for (const Json& file : manifest["files"]) {
    const std::string bytes =
        ContentOf(out + '/' + file["name"].get<std::string>());
    EXPECT_EQ(file["bytes"], bytes.size());
    EXPECT_EQ(file["records"], LinesOf(bytes).size());
  }
}

TEST_F(DatasetTest, AStorageAccountHasAFileForEachHour) {
  job_.layout = Layout::kStorage;
  job_.compression = Compression::kZstd;
  job_.logs = {LogType::kUsage};
  const std::string out = Path("out");
  Dataset dataset(out, profile(), job_, {.owners = {{"/SUBSCRIPTIONS/X", ""}}});
  Fill(dataset);
  const Json manifest = Manifest(out + "/manifest.json");
  EXPECT_EQ(manifest["layout"], "storage");
  EXPECT_EQ(manifest["files"][0]["name"],
            "insights-logs-usage/resourceId=/SUBSCRIPTIONS/X/y=2026/m=03/d=02/"
            "h=08/m=00/PT1H.json.zst");
  EXPECT_TRUE(
      fs::exists(out + '/' + manifest["files"][0]["name"].get<std::string>()));
}

// The folders are those of the records' own times, and a full blob is followed
// by another one in the same folder.
TEST_F(DatasetTest, ADataExportHasAFolderForEachFiveMinutes) {
  job_.layout = Layout::kDataExport;
  job_.shape = Shape::kDataExport;
  job_.logs = {LogType::kUsage};
  job_.extent = {Extent::Kind::kDuration, 12 * kMsPerMinute};
  job_.rotate_bytes = 20'000;
  const std::string out = Path("out");
  {
    Dataset dataset(out, profile(), job_,
                    {.owners = {{"", "/subscriptions/w"}}});
    Fill(dataset);
  }
  const Json manifest = Manifest(out + "/manifest.json");
  EXPECT_EQ(manifest["layout"], "data-export");
  const std::string head =
      "am-acsbillingusage/WorkspaceResourceId=/subscriptions/w/y=2026/m=03/"
      "d=02/h=08/m=";
  EXPECT_EQ(manifest["files"][0]["name"], head + "00/PT05M.json");
  EXPECT_EQ(manifest["files"][1]["name"], head + "00/PT05M_1.json");
  std::set<std::string> folders;
  for (const Json& file : manifest["files"]) {
    const std::string name = file["name"];
    ASSERT_TRUE(name.starts_with(head)) << name;
    const std::string minute = name.substr(head.size(), 2);
    folders.insert(minute);
    const std::string bytes = ContentOf(out + '/' + name);
    for (const std::string_view line : LinesOf(bytes)) {
      const int at = std::stoi(
          Json::parse(line)["TimeGenerated"].get<std::string>().substr(14, 2));
      EXPECT_EQ(at / 5 * 5, std::stoi(minute)) << line;
    }
  }
  EXPECT_GE(folders.size(), 2u);
  EXPECT_THROW(
      Dataset(out, profile(), job_, {.owners = {{"", "/subscriptions/w"}}}),
      InputError)
      << "blobs of an earlier run are not replaced";
}

// Two jobs with blobs of one resource, of which the second would have those of
// `periods`, in hours after the first one's.
TEST_F(DatasetTest, AJobIsAddedToAStorageTreeUnlessItHasTheSameBlobs) {
  job_.layout = Layout::kStorage;
  job_.logs = {LogType::kUsage};
  const std::string out = Path("out");
  const std::vector<BlobOwners> owners = {{"/SUBSCRIPTIONS/X", ""}};
  Dataset first(out, profile(), job_, {.owners = owners});
  Fill(first);
  const std::int64_t hour = job_.start.ms / kMsPerHour;
  job_.seed = 2;
  const auto second = [&](std::set<std::int64_t> hours, bool force = false) {
    return std::make_unique<Dataset>(
        out, profile(), job_,
        Dataset::Options{.force = force,
                         .owners = owners,
                         .blob_periods = [&](const Routes&) {
                           return TreeJobs::Periods{hours};
                         }});
  };
  for (const bool force : {false, true}) {
    try {
      second({hour - 1, hour}, force);
      FAIL() << "did not refuse";
    } catch (const InputError& error) {
      const std::string what = error.what();
      EXPECT_TRUE(what.starts_with(
          "--out: " + out +
          "/insights-logs-usage/resourceId=/SUBSCRIPTIONS/X/y=2026/m=03/d=02/"
          "h=08/m=00/PT1H.json is a blob of another job, that of " +
          out + "/manifest.json, "))
          << what;
      EXPECT_THAT(what, ::testing::HasSubstr("--cut-off and --warm-up"));
      EXPECT_EQ(LinesOf(what + '\n').size(), 1u);
    }
  }
  const auto added = second({hour - 1, hour + 1});
  ASSERT_TRUE(added->Open().ok());
  EXPECT_NE(added->manifest_path(), out + "/manifest.json");
  EXPECT_EQ(ManifestPathsOf(out),
            (std::vector{first.manifest_path(), added->manifest_path()}));
}

TEST_F(DatasetTest, FilesCutInPiecesAreForADirectory) {
  job_.rotate_bytes = 20'000;
  for (const std::string& out : {std::string("-"), Path("one.jsonl")}) {
    EXPECT_THROW(Dataset(out, profile(), job_, {}), InputError) << out;
  }
  job_.rotate_bytes = 0;
  job_.layout = Layout::kStorage;
  EXPECT_THROW(Dataset("null:", profile(), job_, {}), InputError);
  EXPECT_TRUE(NamesIn(scratch_.path()).empty());
}

TEST_F(DatasetTest, SaysAllThatAnotherJobHasDifferent) {
  const std::string out = Path("out");
  {
    Dataset dataset(out, profile(), job_, {});
    ASSERT_TRUE(dataset.Open().ok());
  }
  EXPECT_TRUE(
      Dataset(out, profile(), job_, {.resume = true}).resume_from().empty());
  Job other = job_;
  other.seed = 2;
  other.rotate_bytes = 5000;
  Profile changed = profile();
  changed.text += ' ';
  try {
    Dataset dataset(out, changed, other, {.resume = true});
    FAIL() << "did not refuse";
  } catch (const InputError& error) {
    const std::string head =
        "--resume: " + out + "/manifest.json belongs to another job: ";
    EXPECT_EQ(std::string(error.what()),
              head + "it has seed 1, and this one seed 2\n" + head +
                  "it has no rotate_bytes, and this one rotate_bytes 5000\n" +
                  head + "its profile, \"quickstart\", has a different text");
  }
}

// A run is stopped, and a second run completes its files.
TEST_F(DatasetTest, GoesOnWithWhatWasLeft) {
  job_.extent.amount = 500;
  const std::string whole = Path("whole");
  {
    Dataset dataset(whole, profile(), job_, {});
    Fill(dataset);
  }
  const std::string out = Path("out");
  {
    Dataset dataset(out, profile(), job_, {});
    ASSERT_TRUE(dataset.Open().ok());
    std::atomic<bool> stop = false;
    Pipe::Options options = OptionsOf(1, &stop);
    options.on_checkpoint = [&](const Snapshot& snapshot) {
      return dataset.Checkpoint(snapshot);
    };
    int writes = 0;
    class Stopping : public Sink {
     public:
      Stopping(Sink& sink, int& count, std::atomic<bool>& flag)
          : sink_(sink), count_(count), flag_(flag) {}
      Status Write(std::span<const std::string_view> spans) override {
        if (++count_ == 9) flag_ = true;
        return sink_.Write(spans);
      }
      Status Finish() override { return sink_.Finish(); }

     private:
      Sink& sink_;
      int& count_;
      std::atomic<bool>& flag_;
    };
    std::vector<Sink*> sinks = dataset.sinks();
    Stopping stopping(*sinks[0], writes, stop);
    sinks[0] = &stopping;
    Pipe pipe(runs_.worlds, job_, dataset.files().routes(), sinks, options);
    ASSERT_TRUE(pipe.Run().ok());
    ASSERT_TRUE(pipe.stopped());
    ASSERT_TRUE(dataset.Close(pipe.snapshot(), false).ok());
  }
  EXPECT_EQ(Manifest(out + "/manifest.json")["resume"].size(),
            LogSet::Default().size());
  {
    // As if the run was killed while it wrote more.
    std::ofstream(out + "/Usage.jsonl.part", std::ios::app) << "{\"time\":";
    Dataset dataset(out, profile(), job_, {.resume = true});
    ASSERT_TRUE(dataset.Open().ok());
    ASSERT_EQ(dataset.resume_from().size(), LogSet::Default().size());
    Pipe::Options options = OptionsOf(2);
    options.resume_from = dataset.resume_from();
    Pipe pipe(runs_.worlds, job_, dataset.files().routes(), dataset.sinks(),
              options);
    ASSERT_TRUE(pipe.Run().ok());
    ASSERT_TRUE(dataset.Close(pipe.snapshot(), true).ok());
  }
  EXPECT_EQ(NamesIn(out), NamesIn(whole));
  for (const std::string& name : NamesIn(whole)) {
    EXPECT_TRUE(ContentOf(out + '/' + name) == ContentOf(whole + '/' + name))
        << name;
  }
  const Dataset again(out, profile(), job_, {.resume = true});
  EXPECT_TRUE(again.finished());
  EXPECT_TRUE(again.CheckFinished().ok());
}

TEST_F(DatasetTest, AnEmptyNameNamesNothing) {
  EXPECT_THROW(Dataset("", profile(), job_, {}), InputError);
}

}  // namespace
}  // namespace busyhour::internal
