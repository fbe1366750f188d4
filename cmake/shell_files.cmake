# Writes the manual pages and completions, which the program prints itself, into
# a directory of the form of /usr/share:
#
#   cmake -DPROGRAM=.../busyhour -DOUT=DIR -P shell_files.cmake
cmake_minimum_required(VERSION 3.19)

# shell_file(FILE ARGUMENT ...): the output of the program.
function(shell_file file)
  get_filename_component(directory ${OUT}/${file} DIRECTORY)
  file(MAKE_DIRECTORY ${directory})
  execute_process(
    COMMAND ${PROGRAM} ${ARGN}
    OUTPUT_FILE ${OUT}/${file} COMMAND_ERROR_IS_FATAL ANY)
endfunction()

file(REMOVE_RECURSE ${OUT})
shell_file(bash-completion/completions/busyhour completion bash)
shell_file(zsh/site-functions/_busyhour completion zsh)
shell_file(fish/vendor_completions.d/busyhour.fish completion fish)
shell_file(man/man1/busyhour.1 help --man)
# The page of the program names those of the commands.
file(READ ${OUT}/man/man1/busyhour.1 page)
string(REGEX MATCHALL "busyhour\\\\-[a-z]+" pages "${page}")
foreach(name IN LISTS pages)
  string(REPLACE "busyhour\\-" "" command ${name})
  shell_file(man/man1/busyhour-${command}.1 help --man ${command})
endforeach()
