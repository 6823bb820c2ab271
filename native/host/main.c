// SPDX-License-Identifier: Apache-2.0
/* The recorder: attach first, then record. One recording is one process, so there is one of each thing in it. */
#include "base/options.h"
#include "base/stop.h"
#include "file/rings.h"
#include "file/translate.h"
#include "lists/chosen-container.h"
#include "recording/command.h"
#include "recording/control.h"
#include "recording/progress.h"
#include "recording/recording.h"
#include "system/kernel.h"
#include "system/looker.h"
#include "system/privileges.h"

#define CUT_SHORT 130

static int end_status(void)
{
	if (is_cut_short())
		return CUT_SHORT;
	return options->command && is_command_over() ? command_status() : 0;
}

int main(int count, char **words)
{
	read_options(count, words);
	check_privileges();
	catch_signals();
	start_looker();
	prepare_command();
	prepare_translations();
	load_kernel_side();
	hide_processes(command_pid(), looker_pid());
	open_rings();
	if (options->container)
		choose_container();
	if (options->is_only_command)
		mark_process(command_pid());
	await_begin();
	begin_recording();
	const char *reason = record();
	end_recording();
	report_summary(reason);
	unload_kernel_side();
	stop_looker();
	return end_status();
}
