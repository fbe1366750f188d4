#include "job/job_options.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <limits>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "job/read_job.h"

namespace busyhour::internal {
namespace {

JobSpec Read(std::string_view name, std::string_view text) {
  std::vector<Problem> problems;
  const JobSpec spec = SpecOf({{name, text}}, problems);
  for (const Problem& problem : problems) ADD_FAILURE() << problem.Text();
  return spec;
}

std::string OptionProblems(const Options& options) {
  std::vector<Problem> problems;
  SpecOf(options, problems);
  return TextOf(problems);
}

TEST(JobOptionsTest, HaveNamesAndMembersOfTheirOwn) {
  std::set<std::string_view> names;
  std::set<std::string_view> members;
  for (const JobOption& option : JobOptions()) {
    EXPECT_TRUE(names.insert(option.option.name).second);
    EXPECT_EQ(option.member.empty(), option.note == nullptr);
    EXPECT_TRUE(option.member.empty() || members.insert(option.member).second);
    // An option of no command is only in manifests.
    EXPECT_TRUE(option.commands != 0 || !option.member.empty())
        << option.option.name;
    EXPECT_NE(option.read == nullptr, option.set == nullptr);
    EXPECT_EQ(&FindJobOption(option.option.name), &option);
  }
  for (const Extent::Kind kind :
       {Extent::Kind::kDuration, Extent::Kind::kCalls, Extent::Kind::kRecords,
        Extent::Kind::kBytes}) {
    EXPECT_EQ(Read(OptionOf(kind).option.name,
                   kind == Extent::Kind::kDuration ? "5s" : "5")
                  .extent->kind,
              kind);
  }
}

// For all options with a default value: setting it explicitly changes nothing.
TEST(JobOptionsTest, DefaultsAreAsTheHelpSays) {
  for (const JobOption& option : JobOptions()) {
    const std::string_view text = option.option.default_value;
    if (text.empty() || text.find(' ') != text.npos) continue;
    Options given = {{option.option.name, text}};
    std::vector<Problem> problems;
    Job unsaid = ResolveJob({}, SomeProfile(), problems);
    if (option.option.name == "batch-bytes") {
      given.emplace_back("frame", "event-hub");
      unsaid.frame = Frame::kEventHub;
    } else if (option.option.name == "ids") {
      given.emplace_back("frame", "parquet");
      unsaid = ResolveJob(SpecOf({{"frame", "parquet"}}, problems),
                          SomeProfile(), problems);
    }
    const JobSpec spec = text == "never" ? JobSpec() : SpecOf(given, problems);
    const Job job = ResolveJob(spec, SomeProfile(), problems);
    EXPECT_EQ(TextOf(problems), "") << option.option.name;
    EXPECT_EQ(spec.profile, JobSpec().profile);
    for (const JobOption& each : JobOptions()) {
      if (each.note == nullptr) continue;
      EXPECT_EQ(each.note(job), each.note(unsaid)) << option.option.name;
    }
  }
}

TEST(JobOptionsTest, ReadsEachOption) {
  EXPECT_EQ(Read("profile", "mine.json").profile, "mine.json");
  EXPECT_EQ(Read("seed", "42").seed, 42u);
  EXPECT_EQ(Read("seed", "0xff").seed, 255u);
  EXPECT_EQ(Read("seed", "18446744073709551615").seed,
            std::numeric_limits<std::uint64_t>::max());
  EXPECT_EQ(Read("start", "2026-03-02T08:00:00Z").start->ms, 1'772'438'400'000);
  EXPECT_EQ(Read("start", "2026-03-02T10:00+02:00").start->ms,
            1'772'438'400'000);
  EXPECT_EQ(Read("warm-up", "2h").warm_up_ms, 7'200'000);
  EXPECT_TRUE(Read("cut-off", "true").cuts_off);
  EXPECT_FALSE(Read("cut-off", "false").cuts_off);
  EXPECT_EQ(Read("shard", "3/5").shard.index, 3u);
  EXPECT_EQ(Read("shard", "3/5").shard.count, 5u);
  EXPECT_EQ(Read("logs", "media_summary").logs,
            (LogSet{LogType::kMediaSummary}));
  EXPECT_EQ(Read("logs", "usage,operational").logs,
            (LogSet{LogType::kOperational, LogType::kUsage}));
  EXPECT_EQ(Read("logs", "all").logs, LogSet::All());
  EXPECT_EQ(Read("shape", "table").shape, Shape::kTable);
  EXPECT_EQ(Read("frame", "event-hub").frame, Frame::kEventHub);
  EXPECT_EQ(Read("batch-bytes", "64KiB").message_bytes, 65'536u);
  EXPECT_EQ(Read("compress", "zstd").compression, Compression::kZstd);
  EXPECT_EQ(Read("level", "19").level, 19);
  EXPECT_EQ(Read("layout", "storage").layout, Layout::kStorage);
  EXPECT_EQ(Read("rotate", "64KiB").rotate_bytes, 65'536u);
  const JobSpec faults = Read("fault", "corrupt=0.25");
  ASSERT_EQ(faults.faults.size(), 1u);
  EXPECT_EQ(faults.faults[0].kind, FaultKind::kCorrupt);
  EXPECT_EQ(faults.faults[0].rate, 0.25);
}

TEST(JobOptionsTest, ReadsEachExtent) {
  EXPECT_EQ(Read("duration", "1h30m").extent->amount, 5'400'000u);
  EXPECT_EQ(Read("calls", "20k").extent->amount, 20'000u);
  EXPECT_EQ(Read("records", "5M").extent->amount, 5'000'000u);
  EXPECT_EQ(Read("bytes", "1GB").extent->amount, 1'000'000'000u);
}

TEST(JobOptionsTest, SaysWhatIsWrongWithEachOption) {
  const struct {
    std::string_view name;
    std::string_view text;
    const char* problem;
  } kCases[] = {
      {"seed", "-1",
       "\"-1\" is not a whole number from 0 to 18446744073709551615"},
      {"seed", "", "\"\" is not a whole number from 0 to 18446744073709551615"},
      {"start", "tomorrow",
       "\"tomorrow\" is not a time with whole seconds from 1970 to 2499, such "
       "as 2026-03-02T08:00:00Z"},
      {"start", "2026-03-02T08:00:00.5Z",
       "\"2026-03-02T08:00:00.5Z\" is not a time with whole seconds from 1970 "
       "to 2499, such as 2026-03-02T08:00:00Z"},
      {"duration", "10",
       "\"10\" is not a duration above 0 and below 530 years, such as 90s, "
       "10m, 2h or 7d; did you mean \"10s\"?"},
      {"duration", "0s",
       "\"0s\" is not a duration above 0 and below 530 years, such as 90s, "
       "10m, 2h or 7d"},
      {"calls", "0",
       "\"0\" is not a whole number from 1 to 2^53, such as 1000 or 20k"},
      {"calls", "1,000",
       "\"1,000\" is not a whole number from 1 to 2^53, such as 1000 or "
       "20k"},
      {"records", "many",
       "\"many\" is not a whole number from 1 to 2^53, such as 1000 or 5M"},
      {"bytes", "1 gigabyte",
       "\"1 gigabyte\" is not a size above 0, such as 64KiB or 1GB"},
      {"warm-up", "1500ms",
       "\"1500ms\" is not a duration in whole seconds and below 530 years, "
       "such as 30m, or 0s"},
      {"warm-up", "01:30:00",
       "\"01:30:00\" is not a duration in whole seconds and below 530 years, "
       "such as 30m, or 0s; did you mean \"1h30m\"?"},
      {"calls", "18446744073709551615",
       "\"18446744073709551615\" is not a whole number from 1 to 2^53, such as "
       "1000 or 20k"},
      {"cut-off", "yes", "\"yes\" is not true or false"},
      {"shard", "1",
       "\"1\" is not auto or a part K/N with K from 0 to N-1 and N up to "
       "1,000,000, such as 0/4"},
      {"shard", "4/4",
       "\"4/4\" is not auto or a part K/N with K from 0 to N-1 and N up to "
       "1,000,000, such as 0/4"},
      {"shard", "0/0",
       "\"0/0\" is not auto or a part K/N with K from 0 to N-1 and N up to "
       "1,000,000, such as 0/4"},
      {"shard", "0/1000001",
       "\"0/1000001\" is not auto or a part K/N with K from 0 to N-1 and N up "
       "to 1,000,000, such as "
       "0/4"},
      {"logs", "usages", "\"usages\" is not known; did you mean \"usage\"?"},
      {"shape", "tabel", "\"tabel\" is not known; did you mean \"table\"?"},
      {"shape", "round",
       "\"round\" is not known; it is one of resource-log, table, portal, "
       "documented, data-export, table-arrival"},
      {"frame", "json", "\"json\" is not known; did you mean \"jsonl\"?"},
      {"batch-bytes", "4095", "\"4095\" is not a size from 4KiB to 64MiB"},
      {"batch-bytes", "65MiB", "\"65MiB\" is not a size from 4KiB to 64MiB"},
      {"batch-bytes", "nothing",
       "\"nothing\" is not a size from 4KiB to 64MiB"},
      {"level", "0", "\"0\" is not a whole number from 1 to 19"},
      {"level", "20", "\"20\" is not a whole number from 1 to 19"},
      {"compress", "zip", "\"zip\" is not known; did you mean \"gzip\"?"},
      {"rotate", "1", "\"1\" is not a size of 4KiB or more"},
      {"fault", "drp=0.1",
       "\"drp\" is not a kind of fault; did you mean \"drop\"?"},
      {"fault", "drop",
       "\"drop\" does not have the form kind=rate, such as drop=0.001 or "
       "corrupt=0.1%"},
      {"fault", "drop=2",
       "\"2\" is not a share from 0 to 1, such as 0.001 or 0.1%"},
  };
  for (const auto& [name, text, problem] : kCases) {
    EXPECT_EQ(OptionProblems({{name, text}}),
              "--" + std::string(name) + ": " + problem + '\n');
  }
}

TEST(JobOptionsTest, RefusesASecondExtent) {
  EXPECT_EQ(OptionProblems(
                {{"duration", "10m"}, {"calls", "5"}, {"bytes", "nonsense"}}),
            "--calls: cannot be combined with --duration: use one of them\n"
            "--bytes: cannot be combined with --duration: use one of them\n");
}

TEST(JobOptionsTest, SaysEverythingThatIsWrongWithAList) {
  EXPECT_EQ(
      OptionProblems({{"logs", "x,usage,usages"}}),
      "--logs: \"x\" is not known; it is one of " + Listed(NamesOf(Logs())) +
          ", all\n--logs: \"usages\" is not known; did you mean \"usage\"?\n");
}

TEST(JobOptionsTest, HasAThreadAtLeast) {
  EXPECT_GE(DefaultThreads(), 1);
  EXPECT_LE(DefaultThreads(), kMostThreads);
}

}  // namespace
}  // namespace busyhour::internal
