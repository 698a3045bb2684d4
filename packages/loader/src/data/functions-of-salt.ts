// SPDX-License-Identifier: Apache-2.0

/**
 * The functions of Salt 3007 by kind: a line for each module, `name: functions`, which goes on where the next is indented. A fact
 * of Salt, and no list to be kept: a function of Halite does not belong here.
 */
export const functionsByKind = {
  execution: `
  acl: delfacl getfacl modfacl version wipefacls
  acme: cert certs expires has info needs_renewal renew_by
  aliases: get_target has_target list_aliases rm_alias set_target
  alternatives: auto check_exists check_installed display install remove set show_current show_link
  ansible: call discover_playbooks help list playbooks targets
  apache: a2disconf a2dismod a2dissite a2enconf a2enmod a2ensite check_conf_enabled check_mod_enabled
      check_site_enabled config directives fullversion modules server_status servermods signal useradd userdel
      version vhosts
  apcups: status status_battery status_charge status_load
  apf: allow deny disable enable refresh reload remove running
  appx: install list list_deprovisioned remove
  aptly: cleanup_db delete_repo get_config get_repo list_mirrors list_published list_repos list_snapshots
      new_repo set_repo
  archive: cmd_unzip cmd_zip gunzip gzip is_encrypted list rar tar unrar unzip zip
  artifactory: get_latest_release get_latest_snapshot get_release get_snapshot set_basic_auth
  assistive: enable enabled install installed remove
  at: at atc atq atrm jobcheck
  auditpol: get_setting get_settings set_setting
  augeas: execute get ls match remove setvalue tree
  autoruns: list
  aws_sqs: create_queue delete_message delete_queue list_queues queue_exists receive_message
  bamboohr: list_employees list_meta_fields list_users show_employee update_employee
  baredoc: list_modules list_states module_docs state_docs
  bcache: attach back_make cache_make config detach device start status stop super uuid
  beacons: add delete disable disable_beacon enable enable_beacon list list_available modify reset save
  bgp: config neighbors
  bigip: add_pool_member commit_transaction create_monitor create_node create_pool create_profile create_virtual
      delete_monitor delete_node delete_pool delete_pool_member delete_profile delete_transaction delete_virtual
      list_monitor list_node list_pool list_profile list_transaction list_virtual modify_monitor modify_node
      modify_pool modify_pool_member modify_profile modify_virtual replace_pool_members start_transaction
  bluetooth: address block discoverable noscan pair power scan start stop unblock unpair version
  boto3_elasticache: add_tags_to_resource authorize_cache_security_group_ingress cache_cluster_exists
      cache_security_group_exists cache_subnet_group_exists copy_snapshot create_cache_cluster
      create_cache_parameter_group create_cache_security_group create_cache_subnet_group
      create_replication_group delete_cache_cluster delete_cache_parameter_group delete_cache_security_group
      delete_cache_subnet_group delete_replication_group describe_cache_clusters describe_cache_parameter_groups
      describe_cache_security_groups describe_cache_subnet_groups describe_replication_groups
      list_cache_subnet_groups list_tags_for_resource modify_cache_cluster modify_cache_subnet_group
      modify_replication_group remove_tags_from_resource replication_group_exists
      revoke_cache_security_group_ingress
  boto3_elasticsearch: add_tags cancel_elasticsearch_service_software_update check_upgrade_eligibility
      create_elasticsearch_domain delete_elasticsearch_domain delete_elasticsearch_service_role
      describe_elasticsearch_domain describe_elasticsearch_domain_config describe_elasticsearch_domains
      describe_elasticsearch_instance_type_limits describe_reserved_elasticsearch_instance_offerings
      describe_reserved_elasticsearch_instances exists get_compatible_elasticsearch_versions get_upgrade_history
      get_upgrade_status list_domain_names list_elasticsearch_instance_types list_elasticsearch_versions
      list_tags purchase_reserved_elasticsearch_instance_offering remove_tags
      start_elasticsearch_service_software_update update_elasticsearch_domain_config
      upgrade_elasticsearch_domain wait_for_upgrade
  boto3_route53: associate_vpc_with_hosted_zone change_resource_record_sets create_hosted_zone
      delete_hosted_zone delete_hosted_zone_by_domain disassociate_vpc_from_hosted_zone find_hosted_zone
      get_hosted_zone get_hosted_zones_by_domain get_resource_records list_hosted_zones
      update_hosted_zone_comment
  boto3_sns: create_topic delete_topic describe_topic get_subscription_attributes get_topic_attributes
      list_subscriptions list_subscriptions_by_topic list_topics set_subscription_attributes
      set_topic_attributes subscribe topic_exists unsubscribe
  boto_apigateway: activate_api_deployment api_exists api_model_exists associate_api_key_stagekeys
      attach_usage_plan_to_apis create_api create_api_deployment create_api_integration
      create_api_integration_response create_api_key create_api_method create_api_method_response
      create_api_model create_api_resources create_api_stage create_usage_plan delete_api delete_api_deployment
      delete_api_integration delete_api_integration_response delete_api_key delete_api_method
      delete_api_method_response delete_api_model delete_api_resources delete_api_stage delete_usage_plan
      describe_api_deployment describe_api_deployments describe_api_integration
      describe_api_integration_response describe_api_key describe_api_keys describe_api_method
      describe_api_method_response describe_api_model describe_api_models describe_api_resource
      describe_api_resource_method describe_api_resources describe_api_stage describe_api_stages describe_apis
      describe_usage_plans detach_usage_plan_from_apis disable_api_key disassociate_api_key_stagekeys
      enable_api_key flush_api_stage_cache overwrite_api_stage_variables update_api_key_description
      update_api_model_schema update_usage_plan
  boto_asg: create create_launch_configuration delete delete_launch_configuration describe_launch_configuration
      enter_standby exists exit_standby get_all_groups get_all_launch_configurations get_cloud_init_mime
      get_config get_instances get_scaling_policy_arn launch_configuration_exists list_groups
      list_launch_configurations update
  boto_cfn: create delete describe exists get_template update_stack validate_template
  boto_cloudfront: create_distribution export_distributions get_distribution update_distribution
  boto_cloudtrail: add_tags create delete describe exists list list_tags remove_tags start_logging status
      stop_logging update
  boto_cloudwatch: convert_to_arn create_or_update_alarm delete_alarm get_alarm get_all_alarms
  boto_cloudwatch_event: create_or_update delete describe exists list_rules list_targets put_targets
      remove_targets
  boto_cognitoidentity: create_identity_pool delete_identity_pools describe_identity_pools
      get_identity_pool_roles set_identity_pool_roles update_identity_pool
  boto_datapipeline: activate_pipeline create_pipeline delete_pipeline describe_pipelines
      get_pipeline_definition list_pipelines pipeline_id_from_name put_pipeline_definition
  boto_dynamodb: create_global_secondary_index create_table delete describe exists extract_index
      list_tags_of_resource tag_resource untag_resource update update_global_secondary_index
  boto_ec2: allocate_eip_address assign_private_ip_addresses associate_eip_address attach_network_interface
      attach_volume create_image create_key create_network_interface create_tags create_volume delete_key
      delete_network_interface delete_tags delete_volume detach_network_interface detach_volume
      disassociate_eip_address exists find_images find_instances get_all_eip_addresses get_all_tags
      get_all_volumes get_attribute get_eip_address_info get_id get_key get_keys get_network_interface
      get_network_interface_id get_tags get_unassociated_eip_address get_zones import_key
      modify_network_interface_attribute release_eip_address run set_attribute set_volumes_tags terminate
      unassign_private_ip_addresses
  boto_efs: create_file_system create_mount_target create_tags delete_file_system delete_mount_target
      delete_tags get_file_systems get_mount_targets get_tags set_security_groups
  boto_elasticache: authorize_cache_security_group_ingress create create_cache_security_group
      create_replication_group create_subnet_group delete delete_cache_security_group delete_replication_group
      delete_subnet_group describe_replication_group exists get_all_cache_subnet_groups get_cache_subnet_group
      get_config get_group_host get_node_host group_exists list_cache_subnet_groups
      revoke_cache_security_group_ingress subnet_group_exists
  boto_elasticsearch_domain: add_tags create delete describe exists list_tags remove_tags status update
  boto_elb: apply_security_groups attach_subnets create create_listeners create_policy delete delete_listeners
      delete_policy delete_tags deregister_instances detach_subnets disable_availability_zones
      enable_availability_zones exists get_all_elbs get_attributes get_elb_config get_health_check
      get_instance_health list_elbs listener_dict_to_tuple register_instances set_attributes set_backend_policy
      set_health_check set_instances set_listener_policy set_tags
  boto_elbv2: create_target_group delete_target_group deregister_targets describe_target_health register_targets
      target_group_exists
  boto_iam: add_user_to_group associate_profile_to_role attach_group_policy attach_role_policy
      attach_user_policy build_policy create_access_key create_group create_instance_profile
      create_login_profile create_policy create_policy_version create_role create_role_policy
      create_saml_provider create_user deactivate_mfa_device delete_access_key delete_group delete_group_policy
      delete_instance_profile delete_login_profile delete_policy delete_policy_version delete_role
      delete_role_policy delete_saml_provider delete_server_cert delete_user delete_user_policy
      delete_virtual_mfa_device describe_role detach_group_policy detach_role_policy detach_user_policy
      disassociate_profile_from_role export_roles export_users get_account_id get_account_policy
      get_all_access_keys get_all_group_policies get_all_groups get_all_instance_profiles get_all_mfa_devices
      get_all_roles get_all_user_policies get_all_users get_group get_group_members get_group_policy get_policy
      get_policy_version get_role_policy get_saml_provider get_saml_provider_arn get_server_certificate get_user
      get_user_policy instance_profile_exists list_attached_group_policies list_attached_role_policies
      list_attached_user_policies list_entities_for_policy list_instance_profiles list_policies
      list_policy_versions list_role_policies list_saml_providers policy_exists policy_version_exists
      profile_associated put_group_policy put_user_policy remove_user_from_group role_exists
      set_default_policy_version update_account_password_policy update_assume_role_policy update_saml_provider
      upload_server_cert user_exists_in_group
  boto_iot: attach_principal_policy create_policy create_policy_version create_thing_type create_topic_rule
      delete_policy delete_policy_version delete_thing_type delete_topic_rule deprecate_thing_type
      describe_policy describe_policy_version describe_thing_type describe_topic_rule detach_principal_policy
      list_policies list_policy_versions list_principal_policies list_topic_rules policy_exists
      policy_version_exists replace_topic_rule set_default_policy_version thing_type_exists topic_rule_exists
  boto_kinesis: create_stream decrease_stream_retention_period delete_stream disable_enhanced_monitoring
      enable_enhanced_monitoring exists get_info_for_reshard get_stream_when_active
      increase_stream_retention_period list_streams long_int reshard
  boto_kms: create_alias create_grant create_key decrypt describe_key disable_key disable_key_rotation
      enable_key enable_key_rotation encrypt generate_data_key generate_data_key_without_plaintext
      generate_random get_key_policy get_key_rotation_status key_exists list_grants list_key_policies
      put_key_policy re_encrypt revoke_grant update_key_description
  boto_lambda: add_permission alias_exists create_alias create_event_source_mapping create_function delete_alias
      delete_event_source_mapping delete_function describe_alias describe_event_source_mapping describe_function
      event_source_mapping_exists function_exists get_event_source_mapping_ids get_permissions
      list_function_versions list_functions remove_permission update_alias update_event_source_mapping
      update_function_code update_function_config
  boto_rds: create create_option_group create_parameter_group create_read_replica create_subnet_group delete
      delete_option_group delete_parameter_group delete_subnet_group describe describe_db_instances
      describe_db_subnet_groups describe_parameter_group describe_parameters exists get_endpoint
      modify_db_instance option_group_exists parameter_group_exists subnet_group_exists update_parameter_group
  boto_route53: add_record create_healthcheck create_hosted_zone create_zone delete_record delete_zone
      describe_hosted_zones get_record list_all_zones_by_id list_all_zones_by_name update_record zone_exists
  boto_s3: get_object_metadata upload_file
  boto_s3_bucket: create delete delete_cors delete_lifecycle_configuration delete_objects delete_policy
      delete_replication delete_tagging delete_website describe empty exists list list_object_versions
      list_objects put_acl put_cors put_lifecycle_configuration put_logging put_notification_configuration
      put_policy put_replication put_request_payment put_tagging put_versioning put_website
  boto_secgroup: authorize convert_to_group_ids create delete delete_tags exists get_all_security_groups
      get_config get_group_id revoke set_tags
  boto_sns: create delete exists get_all_subscriptions_by_topic get_all_topics get_arn subscribe unsubscribe
  boto_sqs: create delete exists get_attributes list set_attributes
  boto_ssm: delete_parameter get_parameter put_parameter
  boto_vpc: accept_vpc_peering_connection associate_dhcp_options_to_vpc associate_network_acl_to_subnet
      associate_route_table check_vpc create create_customer_gateway create_dhcp_options create_internet_gateway
      create_nat_gateway create_network_acl create_network_acl_entry create_route create_route_table
      create_subnet customer_gateway_exists delete delete_customer_gateway delete_dhcp_options
      delete_internet_gateway delete_nat_gateway delete_network_acl delete_network_acl_entry delete_route
      delete_route_table delete_subnet delete_vpc_peering_connection describe describe_nat_gateways
      describe_route_tables describe_subnet describe_subnets describe_vpc_peering_connection describe_vpcs
      dhcp_options_exists disassociate_network_acl disassociate_route_table exists get_dhcp_options get_id
      get_resource_id get_subnet_association is_peering_connection_pending nat_gateway_exists network_acl_exists
      peering_connection_pending_from_vpc replace_network_acl_entry replace_route
      replace_route_table_association request_vpc_peering_connection resource_exists route_exists
      route_table_exists subnet_exists
  bower: install list prune uninstall
  bridge: add addif delete delif find_interfaces interfaces list show stp
  btrfs: add convert defragment delete devices features info mkfs properties resize subvolume_create
      subvolume_delete subvolume_exists subvolume_find_new subvolume_get_default subvolume_list
      subvolume_set_default subvolume_show subvolume_snapshot subvolume_sync usage version
  buildout: bootstrap buildout run_buildout upgrade_bootstrap
  cabal: install list uninstall update
  capirca: get_filter_config get_filter_pillar get_policy_config get_term_config get_term_pillar
  cassandra_cql: cql_query cql_query_with_prepare create_keyspace create_user drop_keyspace grant_permission
      info keyspace_exists list_column_families list_keyspaces list_permissions list_users version
  celery: run_task
  ceph: ceph_version cluster_quorum cluster_status keyring_auth_add keyring_auth_del keyring_auth_list
      keyring_create keyring_present keyring_purge keyring_save mds_create mds_destroy mon_active mon_create
      mon_is mon_quorum mon_status osd_activate osd_discover osd_prepare partition_is partition_list
      partition_list_journal partition_list_osd pool_add pool_del pool_list purge rgw_create rgw_destroy
      rgw_pools_create rgw_pools_missing zap
  certutil: add_store del_store get_cert_serial get_stored_cert_serials
  chassis: chassis_credentials cmd
  chef: client solo
  chocolatey: add_source bootstrap chocolatey_version disable_source enable_source install install_cygwin
      install_gem install_missing install_python install_webpi install_windowsfeatures list list_sources
      list_webpi list_windowsfeatures unbootstrap uninstall update upgrade version
  chronos: has_job job jobs rm_job update_job
  chroot: apply call create exist highstate in_chroot sls
  cimc: activate_backup_image create_user get_bios_defaults get_bios_settings get_boot_order get_cpu_details
      get_disks get_ethernet_interfaces get_fibre_channel_interfaces get_firmware get_hostname get_ldap
      get_management_interface get_memory_token get_memory_unit get_network_adapters get_ntp get_pci_adapters
      get_power_configuration get_power_supplies get_snmp_config get_syslog get_syslog_settings get_system_info
      get_users get_vic_adapters get_vic_uplinks mount_share reboot set_hostname set_logging_levels
      set_ntp_server set_power_configuration set_syslog_server set_user tftp_update_bios tftp_update_cimc
  ciscoconfparse: filter_lines find_lines find_lines_w_child find_lines_wo_child find_objects
      find_objects_w_child find_objects_wo_child
  cisconso: apply_rollback get_data get_rollback get_rollbacks info set_data_value
  cloud: action create destroy full_query get_instance has_instance list_images list_locations list_sizes
      map_run network_create network_list profile query select_query virtual_interface_create
      virtual_interface_list volume_attach volume_create volume_delete volume_detach volume_list
  cmd: exec_code exec_code_all has_exec powershell powershell_all retcode run run_all run_bg run_chroot
      run_stderr run_stdout script script_retcode shell shell_info shells tty which which_bin
  composer: did_composer_install install selfupdate update
  config: backup_mode dot_vals gather_bootstrap_script get items manage_mode merge option valid_fileproto
  consul: acl_clone acl_create acl_delete acl_info acl_list acl_update agent_check_deregister agent_check_fail
      agent_check_pass agent_check_register agent_check_warn agent_checks agent_join agent_leave
      agent_maintenance agent_members agent_self agent_service_deregister agent_service_maintenance
      agent_service_register agent_services catalog_datacenters catalog_deregister catalog_node catalog_nodes
      catalog_register catalog_service catalog_services delete event_fire event_list get health_checks
      health_node health_service health_state list put session_create session_destroy session_info session_list
      status_leader status_peers
  container_resource: cache_file copy_to run
  cp: cache_dest cache_dir cache_file cache_file_ssh cache_files cache_local_file cache_master envs get_dir
      get_file get_file_str get_template get_url hash_file hash_file_ssh is_cached list_master list_master_dirs
      list_master_symlinks list_minion list_states push push_dir recv recv_chunked stat_file
  cpan: install list remove show show_config
  cron: get_entry list_tab ls raw_cron rm rm_env rm_job rm_special set_env set_job set_special write_cron_file
      write_cron_file_verbose
  cryptdev: active close crypttab open rm_crypttab set_crypttab
  csf: allow allow_port allow_ports build_directions deny disable disable_testing_mode enable
      enable_testing_mode exists get_option get_ports get_skipped_nics get_testing_status reload remove_rule
      remove_temp_rule running set_option skip_nic skip_nics split_option tempallow tempdeny unallow undeny
  cyg: check_valid_package install list uninstall update
  daemontools: available disabled enabled full_restart get_all missing reload restart start status stop term
  data: cas clear dump get has_key items keys load pop update values
  datadog: cancel_downtime post_event schedule_downtime
  ddns: add_host delete delete_host update
  debconf: get_selections set set_file set_template show
  defaults: deepcopy get merge update
  desktop: get_output_volume lock say screensaver set_output_volume
  devinfo: filter hwinfo
  devmap: multipath_flush multipath_list
  dig: A AAAA CNAME MX NS PTR SPF TXT check_ip
  disk: blkid dump format fstype get_fstype_from_path hdparms hpa inodeusage iostat percent resize2fs
      smart_attributes tune usage wipe
  dism: add_capability add_feature add_package add_provisioned_package available_capabilities available_features
      get_capabilities get_features get_kb_package_name installed_capabilities installed_features
      installed_packages package_info provisioned_packages remove_capability remove_feature remove_kb
      remove_package
  django: collectstatic command createsuperuser loaddata migrate syncdb
  dnsmasq: fullversion get_config set_config version
  dnsutil: A AAAA MX NS SPF check_ip hosts_append hosts_remove parse_hosts parse_zone serial
  docker: apply build call commit compare_container compare_container_networks compare_containers
      compare_networks connect_container_to_network connected copy_from copy_to cp create create_network
      create_volume dangling depends diff disconnect_all_containers_from_network
      disconnect_container_from_network exists export freeze get_client_args highstate history images import
      info inspect inspect_container inspect_image inspect_network inspect_volume kill layers list_containers
      list_tags load login logout logs networks pause pid port prune ps pull push remove_network remove_volume
      rename resolve_image_id resolve_tag restart retcode rm rmi run run_all run_container run_stderr run_stdout
      save script script_retcode search signal sls sls_build start state stop tag top unfreeze unpause version
      volumes wait
  dockercompose: build create get kill pause ps pull restart rm service_create service_remove service_set_tag
      service_upsert start stop unpause up
  drac: change_password create_user delete_user email_alerts list_users nameservers network_info
      server_hardreset server_poweroff server_poweron server_pxe server_reboot set_network set_permissions
      set_snmp syslog system_info
  dracr: bare_rac_cmd change_password create_user delete_user deploy_password deploy_snmp email_alerts
      get_chassis_datacenter get_chassis_location get_chassis_name get_dns_dracname get_general get_slotname
      idrac_general inventory list_slotnames list_users nameservers network_info server_hardreset server_power
      server_poweroff server_poweron server_powerstatus server_pxe server_reboot set_chassis_datacenter
      set_chassis_location set_chassis_name set_dns_dracname set_general set_network set_niccfg set_nicvlan
      set_permissions set_slotname set_snmp syslog system_info update_firmware update_firmware_nfs_or_cifs
  drbd: overview status
  dsc: apply_config compile_config get_config get_config_status get_lcm_config remove_config restore_config
      run_config set_lcm_config test_config
  eix: sync update
  elasticsearch: alias_create alias_delete alias_exists alias_get cluster_get_settings cluster_health
      cluster_put_settings cluster_stats document_create document_delete document_exists document_get
      flush_synced index_close index_create index_delete index_exists index_get index_get_settings index_open
      index_put_settings index_template_create index_template_delete index_template_exists index_template_get
      info mapping_create mapping_delete mapping_get node_info ping pipeline_create pipeline_delete pipeline_get
      pipeline_simulate repository_create repository_delete repository_get repository_verify
      search_template_create search_template_delete search_template_get snapshot_create snapshot_delete
      snapshot_get snapshot_restore snapshot_status
  environ: get has_value item items setenv setval
  eselect: exec_action get_current_target get_modules get_target_list set_target
  esxcluster: get_details
  esxdatacenter: get_details
  esxi: cmd get_details
  esxvm: get_details
  etcd: get ls rm set tree update watch
  ethtool: set_coalesce set_feature set_offload set_pause set_ring show_coalesce show_driver show_features
      show_offload show_pause show_ring
  event: fire fire_master send
  extfs: attributes blocks dump mkfs tune
  file: access append apply_template_on_contents basename blockreplace chattr check_file_meta check_hash
      check_managed check_managed_changes check_perms chgrp chown chpgrp comment comment_line contains
      contains_glob contains_regex copy delete_backup directory_exists dirname diskusage extract_hash
      file_exists find get_attributes get_devmm get_diff get_gid get_group get_hash get_managed get_mode
      get_pgid get_pgroup get_selinux_context get_source_sum get_sum get_uid get_user gid_to_group grep
      group_to_gid is_blkdev is_chrdev is_fifo is_hardlink is_link join lchown line link list_backup
      list_backups list_backups_dir lsattr lstat makedirs makedirs_perms manage_file mkdir mknod mknod_blkdev
      mknod_chrdev mknod_fifo move normpath open_files pardir patch path_exists_glob prepend psed read readdir
      readlink remove remove_backup rename replace restore_backup restorecon rmdir search sed sed_contains
      seek_read seek_write set_attributes set_mode set_perms set_selinux_context source_list stats statvfs
      symlink touch truncate uid_to_user uncomment user_to_uid version version_details write
  firewall: add_rule delete_rule disable enable get_all_profiles get_all_settings get_config get_rule
      get_settings rule_exists set_firewall_settings set_logging_settings set_settings set_state
  firewalld: add_interface add_masquerade add_port add_port_fwd add_rich_rule add_service add_service_port
      add_service_protocol add_source allow_icmp block_icmp default_zone delete_service delete_zone
      get_icmp_types get_interfaces get_masquerade get_rich_rules get_service_ports get_service_protocols
      get_services get_sources get_zones list_all list_icmp_block list_port_fwd list_ports list_services
      list_zones make_permanent new_service new_zone reload_rules remove_interface remove_masquerade remove_port
      remove_port_fwd remove_rich_rule remove_service remove_service_port remove_service_protocol remove_source
      set_default_zone version
  fmadm: acquit config faulty flush healthy list load repaired replaced reset show unload
  freebsd_update: fetch ids install rollback update upgrade
  freezer: compare freeze list restore status
  gcp: route_create
  gem: install list list_upgrades sources_add sources_list sources_remove uninstall update update_system version
  genesis: avail_platforms bootstrap ldd_deps mksls pack unpack
  gentoolkit: eclean_dist eclean_pkg glsa_check_list revdep_rebuild
  git: add archive branch checkout clone commit config_get config_get_regex config_get_regexp config_set
      config_unset current_branch describe diff discard_local_changes fetch init is_worktree list_branches
      list_tags list_worktrees ls_remote merge merge_base merge_tree pull push rebase remote_get remote_refs
      remote_set remotes reset rev_parse revision rm stash status submodule symbolic_ref tag version
      worktree_add worktree_prune worktree_rm
  github: add_repo add_team add_team_member add_team_repo add_user edit_repo edit_team get_issue
      get_issue_comments get_issues get_milestone get_milestones get_prs get_repo_info get_repo_teams get_team
      get_user is_team_member list_members_without_mfa list_private_repos list_public_repos list_repos
      list_team_members list_team_repos list_teams list_users remove_repo remove_team remove_team_member
      remove_team_repo remove_user
  glanceng: compare_changes get_openstack_cloud get_operator_cloud image_create image_delete image_get
      image_list image_search setup_clouds update_image_properties
  glassfish: create_admin_object_resource create_connector_c_pool create_connector_resource
      create_jdbc_connection_pool create_jdbc_resource delete_admin_object_resource delete_connector_c_pool
      delete_connector_resource delete_jdbc_connection_pool delete_jdbc_resource delete_system_properties
      enum_admin_object_resource enum_connector_c_pool enum_connector_resource enum_jdbc_connection_pool
      enum_jdbc_resource get_admin_object_resource get_connector_c_pool get_connector_resource
      get_jdbc_connection_pool get_jdbc_resource get_system_properties update_admin_object_resource
      update_connector_c_pool update_connector_resource update_jdbc_connection_pool update_jdbc_resource
      update_system_properties
  glusterfs: add_volume_bricks create_volume delete_volume disable_quota_volume enable_quota_volume
      get_max_op_version get_op_version get_version info list_quota_volume list_volumes peer peer_status
      set_op_version set_quota_volume start_volume status stop_volume unset_quota_volume
  gnome: get getClockFormat getClockShowDate getIdleActivation getIdleDelay ping set setClockFormat
      setClockShowDate setIdleActivation setIdleDelay
  google_chat: send_message
  gpg: create_key decrypt delete_key encrypt export_key get_key get_secret_key import_key list_keys
      list_secret_keys receive_keys search_keys sign trust_key verify
  grafana4: create_datasource create_org create_org_user create_update_dashboard create_user delete_dashboard
      delete_datasource delete_org delete_org_user delete_user delete_user_org get_dashboard get_datasource
      get_datasources get_org get_org_address get_org_prefs get_org_users get_orgs get_user get_user_data
      get_user_orgs get_users switch_org update_datasource update_org update_org_address update_org_prefs
      update_org_user update_user update_user_password update_user_permissions
  grains: append delkey delval equals filter_by get has_value item items ls remove set setval setvals
  group: add adduser chgid delete deluser getent info list_groups members
  grub: conf version
  guestfs: mount umount
  hadoop: dfs dfs_absent dfs_present dfsadmin_report namenode_format version
  haproxy: disable_server enable_server get_backend get_sessions get_weight list_backends list_frontends
      list_servers set_state set_weight show_backends show_frontends wait_state
  hashutil: base64_b64decode base64_b64encode base64_decodefile base64_decodestring base64_encodefile
      base64_encodestring digest digest_file github_signature hmac_compute hmac_signature md5_digest
      sha256_digest sha512_digest
  heat: create_stack delete_stack list_stack show_stack template_stack update_stack
  helm: completion create dependency_build dependency_list dependency_update env get_all get_hooks get_manifest
      get_notes get_values help history install lint list package plugin_install plugin_list plugin_uninstall
      plugin_update pull repo_add repo_index repo_list repo_manage repo_remove repo_update rollback search_hub
      search_repo show_all show_chart show_readme show_values status template test uninstall upgrade verify
      version
  hg: archive clone describe pull revision status update
  highstate_doc: markdown_basic_jinja_template markdown_default_jinja_template markdown_full_jinja_template
      process_lowstates processor_markdown read_file render
  hosts: add_host get_alias get_ip has_pair list_hosts rm_host set_comment set_host
  http: query update_ca_bundle wait_for_successful_query
  icinga2: generate_cert generate_ticket node_setup request_cert save_cert
  idem: exec
  ifttt: trigger_event
  ilo: change_password change_username configure_network configure_snmp create_user delete_ssh_key delete_user
      disable_dhcp disable_ssh enable_dhcp enable_ssh get_user global_settings list_users list_users_info
      network set_http_port set_https_port set_ssh_key set_ssh_port
  imgadm: avail delete docker_to_uuid get import list show source_add source_delete sources update vacuum
      version
  incron: list_tab ls raw_incron raw_system_incron rm rm_job set_job write_incron_file write_incron_file_verbose
  influxdb: alter_retention_policy continuous_query_exists create_continuous_query create_db
      create_retention_policy create_user db_exists drop_continuous_query drop_db drop_retention_policy
      get_continuous_query get_retention_policy grant_admin_privileges grant_privilege list_dbs list_privileges
      list_users query remove_user retention_policy_exists revoke_admin_privileges revoke_privilege
      set_user_password user_exists user_info
  influxdb08: db_create db_exists db_list db_remove login_test query retention_policy_add retention_policy_alter
      retention_policy_exists retention_policy_get user_chpass user_create user_exists user_list user_remove
  infoblox: create_a create_cname create_host create_ipv4_range create_object delete_a delete_cname delete_host
      delete_ipv4_range delete_object diff_objects get_a get_cname get_host get_host_advanced
      get_host_domainname get_host_hostname get_host_ipv4 get_host_ipv4addr_info get_host_ipv6addr_info
      get_host_mac get_ipv4_range get_network get_object is_ipaddr_in_ipfunc_range update_cname update_host
      update_object
  ini: get_ini get_option get_section remove_option remove_section set_option
  inspector: build delete export inspect query snapshots
  introspect: enabled_service_owners running_service_owners service_highstate
  iosconfig: clean diff_text diff_tree merge_diff merge_text merge_tree tree
  ip: apply_network_settings build_bond build_interface build_network_settings build_routes disable down enable
      get_all_interfaces get_bond get_default_gateway get_interface get_interfaces_details get_network_settings
      get_routes get_subnet_length is_disabled is_enabled raw_interface_configs set_dhcp_all set_dhcp_dns
      set_dhcp_ip set_dhcp_linklocal_all set_dhcp_only_all set_ethercat set_linklocal_only_all set_static_all
      set_static_dns set_static_ip up
  ipmi: create_user fast_connect_test get_bootdev get_channel_access get_channel_info get_channel_max_user_count
      get_health get_power get_sensor_data get_user get_user_access get_user_name get_users raw_command
      set_bootdev set_channel_access set_identify set_power set_user_access set_user_name set_user_password
      user_delete
  ipset: add check check_set delete delete_set flush list_sets new_set rename_set test version
  iptables: append build_rule check check_chain delete delete_chain flush get_policy get_rules get_saved_policy
      get_saved_rules insert new_chain save set_policy version
  iwtools: list_interfaces scan set_mode
  jail: fstab get_enabled is_enabled restart show_config start status stop sysctl
  jboss7: create_datasource create_simple_binding deploy list_deployments read_datasource read_simple_binding
      reload remove_datasource status stop_server undeploy update_datasource update_simple_binding
  jboss7_cli: run_command run_operation
  jenkins: build_job create_job delete_job disable_job enable_job get_job_config get_job_info get_jobs
      get_version job_exists job_status plugin_installed run update_job
  jinja: import_json import_yaml load_map
  jira: add_comment assign_issue create_issue issue_closed
  junos: cli commit commit_check diff dir_copy facts facts_refresh file_compare file_copy fsentry_exists
      get_table install_config install_os load lock ping rollback routing_engine rpc rpc_file_list set_hostname
      shutdown unlock zeroize
  k8s: create_namespace create_secret delete_secret get_labels get_namespaces get_secrets label_absent
      label_folder_absent label_present update_secret
  kapacitor: define_task delete_task disable_task enable_task get_task version
  kerberos: create_keytab create_principal delete_principal get_policy get_principal get_privs list_policies
      list_principals
  kernelpkg: active cleanup latest_available latest_installed list_installed needs_reboot remove upgrade
      upgrade_available
  key: finger finger_master
  keyboard: get_sys get_x set_sys set_x
  keychain: get_default_keychain get_friendly_name get_hash install list_certs set_default_keychain uninstall
      unlock_keychain
  keystone: api_version auth ec2_credentials_create ec2_credentials_delete ec2_credentials_get
      ec2_credentials_list endpoint_create endpoint_delete endpoint_get endpoint_list project_create
      project_delete project_get project_list project_update role_create role_delete role_get role_list
      service_create service_delete service_get service_list tenant_create tenant_delete tenant_get tenant_list
      tenant_update token_get user_create user_delete user_get user_list user_password_update user_role_add
      user_role_list user_role_remove user_update user_verify_password
  keystoneng: compare_changes domain_create domain_delete domain_get domain_list domain_search domain_update
      endpoint_create endpoint_delete endpoint_get endpoint_list endpoint_search endpoint_update get_entity
      get_openstack_cloud get_operator_cloud group_create group_delete group_get group_list group_search
      group_update project_create project_delete project_get project_list project_search project_update
      role_assignment_list role_create role_delete role_get role_grant role_list role_revoke role_search
      role_update service_create service_delete service_get service_list service_search service_update
      setup_clouds user_create user_delete user_get user_list user_search user_update
  keystore: add get_sha1 list remove
  kmod: available check_available is_loaded load lsmod mod_list remove
  kubeadm: alpha_certs_renew alpha_kubeconfig_user alpha_kubelet_config_download
      alpha_kubelet_config_enable_dynamic alpha_selfhosting_pivot config_images_list config_images_pull
      config_migrate config_print_init_defaults config_print_join_defaults config_upload_from_file
      config_upload_from_flags config_view init join join_params reset token_create token_delete token_generate
      token_list version
  kubernetes: configmaps create_configmap create_deployment create_namespace create_pod create_secret
      create_service delete_configmap delete_deployment delete_namespace delete_pod delete_secret delete_service
      deployments namespaces node node_add_label node_labels node_remove_label nodes ping pods replace_configmap
      replace_deployment replace_secret replace_service secrets services show_configmap show_deployment
      show_namespace show_pod show_secret show_service
  layman: add delete list_all list_local sync
  ldap: search
  ldap3: add change connect delete modify search
  lgpo: clear_policy_cache get get_policy get_policy_info set set_computer_policy set_user_policy
  lgpo_reg: delete_value disable_value get_key get_value read_reg_pol set_value write_reg_pol
  libcloud_compute: attach_volume copy_image create_image create_key_pair create_volume create_volume_snapshot
      delete_image delete_key_pair destroy_node destroy_volume destroy_volume_snapshot detach_volume extra
      get_image get_key_pair import_key_pair list_images list_key_pairs list_locations list_nodes list_sizes
      list_volume_snapshots list_volumes reboot_node
  libcloud_dns: create_record create_zone delete_record delete_zone extra get_bind_data get_record get_zone
      list_record_types list_records list_zones update_zone
  libcloud_loadbalancer: balancer_attach_member balancer_detach_member create_balancer destroy_balancer extra
      get_balancer get_balancer_by_name list_balancer_members list_balancers list_protocols
      list_supported_algorithms
  libcloud_storage: create_container delete_container delete_object download_object extra get_container
      get_container_object list_container_objects list_containers upload_object
  license: activate info install installed licensed uninstall
  linux_service: available get_all missing reload restart run start status stop
  locale: avail gen_locale get_locale list_avail set_locale
  locate: locate stats updatedb version
  log: critical debug error exception info warning
  logadm: list_conf remove rotate show_args show_conf
  logrotate: get set show_conf
  lowpkg: bin_pkg_info checksum diff file_dict file_list info list_pkgs modified owner unpurge verify
      version_cmp
  lvm: fullversion lvcreate lvdisplay lvextend lvremove lvresize pvcreate pvdisplay pvremove pvresize version
      vgcreate vgdisplay vgextend vgremove
  lvs: add_server add_service check_server check_service clear delete_server delete_service edit_server
      edit_service get_rules list zero
  lxc: add_veth apply_network_profile attachable bootstrap clone cloud_init cloud_init_interface copy_to cp
      create destroy edit_conf exists freeze get_container_profile get_network_profile get_parameter get_pid
      get_root_path images info init list ls read_conf reboot reconfigure remove restart retcode run run_all
      run_stderr run_stdout running_systemd search_lxc_bridge search_lxc_bridges set_dns set_parameter set_pass
      set_password start state stop systemd_running_state templates test_bare_started_state
      test_sd_started_state unfreeze update_lxc_conf version wait_started write_conf
  lxd: authenticate config_get config_set container_config_delete container_config_get container_config_set
      container_create container_delete container_device_add container_device_delete container_device_get
      container_execute container_file_get container_file_put container_freeze container_get container_list
      container_migrate container_rename container_restart container_start container_state container_stop
      container_unfreeze image_alias_add image_alias_delete image_copy_lxd image_delete image_from_file
      image_from_simplestreams image_from_url image_get image_get_by_alias image_list init
      normalize_input_values profile_config_delete profile_config_get profile_config_set profile_create
      profile_delete profile_device_delete profile_device_get profile_device_set profile_get profile_list
      pylxd_client_get pylxd_save_object pylxd_version snapshots_all snapshots_create snapshots_delete
      snapshots_get sync_config_devices version
  macdefaults: delete read write
  macpackage: get_mpkg_ids get_pkg_id install install_app installed_pkgs mount uninstall_app unmount
  makeconf: append_cflags append_cxxflags append_emerge_default_opts append_features append_gentoo_mirrors
      append_makeopts append_var cflags_contains chost_contains cxxflags_contains emerge_default_opts_contains
      features_contains gentoo_mirrors_contains get_cflags get_chost get_cxxflags get_emerge_default_opts
      get_features get_gentoo_mirrors get_makeopts get_sync get_var makeopts_contains remove_var set_cflags
      set_chost set_cxxflags set_emerge_default_opts set_gentoo_mirrors set_makeopts set_sync set_var
      sync_contains trim_cflags trim_cxxflags trim_emerge_default_opts trim_features trim_gentoo_mirrors
      trim_makeopts trim_var var_contains
  mandrill: send
  marathon: app apps has_app info restart_app rm_app update_app
  match: compound data filter_by glob grain grain_pcre ifelse ipcidr list pcre pillar pillar_pcre search_by
  mattermost: post_message
  mdata: delete get list put
  memcached: add decr decrement delete get incr increment replace set status
  mine: delete flush get get_docker send update valid
  minion: kill list restart
  modjk: bulk_activate bulk_disable bulk_recover bulk_stop dump_config get_running lb_edit
      list_configured_members recover_all reset_stats version worker_activate worker_disable worker_edit
      worker_recover worker_status worker_stop workers
  mongodb: collection_create collection_drop collections_list db_exists db_list db_remove find insert remove
      update_one user_create user_exists user_find user_grant_roles user_list user_remove user_revoke_roles
      user_roles_exists version
  monit: configtest id monitor reload restart start status stop summary unmonitor validate version
  moosefs: dirinfo fileinfo getgoal mounts
  mount: active automaster delete_mount_cache filesystems fstab get_device_from_path get_mount_from_path
      is_fuse_exec is_mounted mount read_mount_cache remount rm_automaster rm_filesystems rm_fstab rm_vfstab
      set_automaster set_filesystems set_fstab set_vfstab swapoff swapon swaps umount vfstab write_mount_cache
  mssql: db_create db_exists db_list db_remove login_create login_exists login_remove role_create role_exists
      role_list role_remove tsql_query user_create user_exists user_list user_remove version
  msteams: post_card
  munin: list_plugins run run_all
  mysql: alter_db db_check db_create db_exists db_get db_list db_optimize db_remove db_repair db_tables
      file_query free_slave get_master_status get_slave_status grant_add grant_exists grant_revoke plugin_add
      plugin_remove plugin_status plugins_list processlist query quote_identifier showglobal showvariables
      slave_lag status tokenize_grant user_chpass user_create user_exists user_grants user_info user_list
      user_remove verify_login version
  nacl: dec dec_file enc enc_file keygen sealedbox_decrypt sealedbox_encrypt secretbox_decrypt secretbox_encrypt
  nagios: list_plugins retcode retcode_pillar run run_all run_all_pillar run_pillar
  nagios_rpc: host_status service_status
  namecheap_domains: check create get_info get_list get_tld_list reactivate renew
  namecheap_domains_dns: get_hosts get_list set_custom set_default set_hosts
  namecheap_domains_ns: create delete get_info update
  namecheap_ssl: activate create get_info get_list parse_csr reissue renew
  namecheap_users: check_balances get_balances
  napalm: alive call compliance_report config_diff_text config_diff_tree config_filter_lines config_find_lines
      config_lines_w_child config_lines_wo_child config_merge_diff config_merge_text config_merge_tree
      config_tree junos_call junos_cli junos_commit junos_copy_file junos_facts junos_install_os junos_rpc
      netmiko_args netmiko_call netmiko_commands netmiko_config netmiko_fun netmiko_multi_call nxos_api_config
      nxos_api_rpc nxos_api_show pyeapi_call pyeapi_config pyeapi_nxos_api_args pyeapi_run_commands reconnect
      rpc scp_get scp_put
  napalm_formula: container_path defaults dictupdate render_field render_fields setval traverse
  napalm_yang: compliance_report diff get_config load_config parse
  net: arp blockreplace cancel_commit cli commit compare_config config config_changed config_control
      confirm_commit connected discard_config environment facts interfaces ipaddrs lldp load_config
      load_template mac optics patch ping replace_pattern rollback save_config traceroute
  netacl: get_filter_pillar get_term_pillar load_filter_config load_policy_config load_term_config
  netaddress: cidr_broadcast cidr_netmask list_cidr_ips list_cidr_ips_ipv6
  netbox: create_circuit create_circuit_provider create_circuit_termination create_circuit_type create_device
      create_device_role create_device_type create_interface create_interface_connection create_inventory_item
      create_ipaddress create_manufacturer create_platform create_site delete_interface delete_inventory_item
      delete_ipaddress filter get get_circuit_provider get_interfaces get_ipaddresses make_interface_child
      make_interface_lag openconfig_interfaces openconfig_lacp slugify update_device update_interface
  netmiko: call commit enter_config_mode exit_config_mode get_connection multi_call send_command
      send_command_timing send_config
  netscaler: server_add server_delete server_disable server_enable server_enabled server_exists server_update
      service_disable service_enable service_exists service_up servicegroup_add servicegroup_delete
      servicegroup_exists servicegroup_server_add servicegroup_server_delete servicegroup_server_disable
      servicegroup_server_enable servicegroup_server_exists servicegroup_server_up vserver_add vserver_delete
      vserver_exists vserver_servicegroup_add vserver_servicegroup_delete vserver_servicegroup_exists
      vserver_sslcert_add vserver_sslcert_delete vserver_sslcert_exists
  network: active_tcp arp calc_net connect convert_cidr default_route dig fqdns get_bufsize get_fqdn
      get_hostname get_route hw_addr hwaddr ifacestartswith in_subnet interface interface_ip interfaces
      interfaces_names ip_addrs ip_addrs6 ip_in_subnet ip_neighs ip_neighs6 ip_networks ip_networks6 ipaddrs
      ipaddrs6 iphexval ipneighs ipneighs6 is_loopback is_private mod_bufsize mod_hostname netstat nslookup ping
      reverse_ip routes subnets subnets6 traceroute wol
  neutron: add_gateway_router add_interface_router create_firewall_rule create_floatingip create_ikepolicy
      create_ipsec_site_connection create_ipsecpolicy create_network create_port create_router
      create_security_group create_security_group_rule create_subnet create_vpnservice delete_firewall_rule
      delete_floatingip delete_ikepolicy delete_ipsec_site_connection delete_ipsecpolicy delete_network
      delete_port delete_quota delete_router delete_security_group delete_security_group_rule delete_subnet
      delete_vpnservice get_quotas_tenant list_agents list_extensions list_firewall_rules list_firewalls
      list_floatingips list_ikepolicies list_ipsec_site_connections list_ipsecpolicies
      list_l3_agent_hosting_routers list_networks list_ports list_quotas list_routers list_security_group_rules
      list_security_groups list_subnets list_vpnservices remove_gateway_router remove_interface_router
      show_firewall show_firewall_rule show_floatingip show_ikepolicy show_ipsec_site_connection
      show_ipsecpolicy show_network show_port show_quota show_router show_security_group
      show_security_group_rule show_subnet show_vpnservice update_firewall_rule update_floatingip update_network
      update_port update_quota update_router update_security_group update_subnet update_vpnservice
  neutronng: compare_changes get_openstack_cloud get_operator_cloud list_networks list_subnets network_create
      network_delete network_get security_group_create security_group_delete security_group_get
      security_group_rule_create security_group_rule_delete security_group_update setup_clouds subnet_create
      subnet_delete subnet_get subnet_update
  nexus: get_latest_release get_latest_snapshot get_release get_snapshot get_snapshot_version_string
  nfs3: add_export del_export list_exports reload_exports
  nftables: append build_rule check check_chain check_table delete delete_chain delete_table flush get_policy
      get_rule_handle get_rules get_rules_json get_saved_rules insert list_tables new_chain new_table save
      set_policy version
  nginx: build_info configtest signal status version
  nictagadm: add delete exists list update vms
  nix: collect_garbage install list_pkgs uninstall upgrade
  nova: boot delete flavor_create flavor_delete flavor_list image_list image_meta_delete image_meta_set
      keypair_add keypair_delete keypair_list list lock resume secgroup_create secgroup_delete secgroup_list
      server_by_name server_list server_list_detailed server_show show suspend volume_attach volume_create
      volume_delete volume_detach volume_list volume_show
  npm: cache_clean cache_list cache_path install list uninstall
  nspawn: bootstrap_container bootstrap_salt copy_to cp destroy disable enable exists info list list_all
      list_running list_stopped pid poweroff pull_dkr pull_docker pull_raw pull_tar reboot remove restart
      retcode run run_all run_stderr run_stdout start state stop terminate
  ntp: delete_peers delete_servers get_servers peers servers set_peers set_servers stats
  nxos: add_config check_password check_role check_upgrade_impact cmd config delete_config find get_roles
      get_user grains grains_refresh ping remove_user replace save_running_config sendline set_password set_role
      show show_run show_ver system_info unset_role upgrade
  nxos_api: config rpc show
  omapi: add_host delete_host
  openscap: xccdf xccdf_eval
  openstack_config: delete get set
  openstack_mng: restart_service start_service stop_service
  openvswitch: bridge_create bridge_delete bridge_exists bridge_list bridge_to_parent bridge_to_vlan db_get
      db_set interface_get_options interface_get_type port_add port_create_gre port_create_vlan
      port_create_vxlan port_get_tag port_list port_remove
  opsgenie: post_data
  oracle: client_version run_query show_dbs show_env show_pillar version
  osquery: acpi_tables alf alf_exceptions alf_explicit_auths alf_services apps apt_sources arp_cache
      block_devices certificates chrome_extensions cpuid crontab deb_packages etc_hosts etc_services file
      file_changes firefox_addons groups hardware_events hash homebrew_packages interface_addresses
      interface_details iokit_devicetree iokit_registry kernel_extensions kernel_info kernel_integrity
      kernel_modules keychain_items last launchd listening_ports logged_in_users memory_map mounts nfs_shares
      nvram os_version osquery_extensions osquery_flags osquery_info osquery_registry passwd_changes pci_devices
      preferences process_envs process_memory_map process_open_files process_open_sockets processes quarantine
      query routes rpm_packages safari_extensions shared_memory shell_history smbios_tables startup_items
      suid_bin system_controls time usb_devices users version xattr_where_from xprotect_entries xprotect_reports
  out: html_format out_format string_format
  pagerduty: create_event list_escalation_policies list_incidents list_maintenance_windows list_policies
      list_schedules list_services list_users list_windows
  pagerduty_util: create_or_update_resource delete_resource get_escalation_policies get_resource get_schedules
      get_services get_users resource_absent resource_present
  pam: read_file
  panos: add_config_lock check_antivirus check_software clear_commit_tasks commit deactivate_license
      delete_license download_antivirus download_software_file download_software_version fetch_license
      get_address get_address_group get_admins_active get_admins_all get_antivirus_info get_arp
      get_cli_idle_timeout get_cli_permissions get_disk_usage get_dns_server_config get_domain_config
      get_dos_blocks get_fqdn_cache get_ha_config get_ha_link get_ha_path get_ha_state get_ha_transitions
      get_hostname get_interface_counters get_interfaces get_job get_jobs get_lacp get_license_info
      get_license_tokens get_lldp_config get_lldp_counters get_lldp_local get_lldp_neighbors get_local_admins
      get_logdb_quota get_master_key get_ntp_config get_ntp_servers get_operational_mode get_panorama_status
      get_permitted_ips get_platform get_predefined_application get_security_rule get_service get_service_group
      get_session_info get_snmp_config get_software_info get_system_date_time get_system_files get_system_info
      get_system_services get_system_state get_uncommitted_changes get_users_config get_vlans get_xpath get_zone
      get_zones install_antivirus install_license install_software reboot refresh_fqdn_cache remove_config_lock
      resolve_address save_device_config save_device_state set_authentication_profile set_hostname
      set_management_http set_management_https set_management_icmp set_management_ocsp set_management_snmp
      set_management_ssh set_management_telnet set_ntp_authentication set_ntp_servers set_permitted_ip
      set_timezone shutdown test_fib_route test_security_policy unlock_admin
  parallels: clone delete delete_snapshot exec exists list_snapshots list_vms prlctl prlsrvctl reset restart
      revert_snapshot snapshot snapshot_id_to_name snapshot_name_to_id start status stop
  partition: align_check check cp disk_set disk_toggle exists get_block_device get_id list mkfs mklabel mkpart
      mkpartfs name probe rescue resize rm set set_id system_types toggle
  pcs: auth cib_create cib_push cluster_destroy cluster_node_add cluster_setup config_show is_auth item_create
      item_show prop_set prop_show resource_create resource_show stonith_create stonith_show
  pdbedit: create delete generate_nt_hash get list modify
  pecl: install list uninstall update
  peeringdb: get_fac get_ix get_ixfac get_ixlan get_ixpfx get_net get_netfac get_netixlan get_org get_poc
  pf: disable enable flush load loglevel show table
  pillar: data ext file_exists filter_by get item items keys ls obfuscate raw
  pip: freeze install is_installed list list_all_versions list_freeze_parse list_upgrades uninstall upgrade
      upgrade_available version
  pkg: add_repo add_repo_key audit autoremove available_version backup check check_db check_extra_requirements
      clean clean_locks clean_metadata compare_versions del_repo del_repo_key delete depclean diff download
      ex_mod_init fetch file_dict file_list genrepo get_fmri get_locked_packages get_package_info get_repo
      get_repo_data get_repo_keys get_selections group_diff group_info group_install group_list groupinstall
      hold homebrew_prefix info info_available info_installed install installed is_installed latest_version
      list_available list_downloaded list_holds list_installed_patches list_installed_patterns list_locked
      list_locks list_patches list_patterns list_pkgs list_products list_provides list_repo_pkgs list_repos
      list_updates list_upgrades lock locked mod_repo modified normalize_name owner parse_arch parse_config
      porttree_matches purge refresh_db remove resolve_capabilities restore search services_need_restart
      set_selections show stats unhold unlock update update_package_site updating upgrade upgrade_available
      verify version version_clean version_cmp which
  pkg_resource: add_pkg check_extra_requirements format_pkg_list format_version pack_sources parse_targets
      sort_pkglist stringify version version_clean version_compare
  pkgbuild: build make_repo make_src_pkg
  pkgutil: available_version forget install is_installed latest_version list list_pkgs list_upgrades purge
      refresh_db remove upgrade upgrade_available version
  portage_config: append_to_package_conf append_use_flags enforce_nice_config filter_flags get_all_cpv_use
      get_cleared_flags get_flags_from_package_conf get_installed_use get_iuse get_missing_flags has_flag
      has_use is_changed_uses is_present
  ports: config deinstall install list_all rmconfig search showconfig update
  postfix: delete hold requeue set_main set_master show_main show_master show_queue unhold
  postgres: available_extensions cluster_create cluster_exists cluster_list cluster_remove create_extension
      create_metadata datadir_exists datadir_init db_alter db_create db_exists db_list db_remove drop_extension
      get_available_extension get_installed_extension group_create group_remove group_update has_privileges
      installed_extensions is_available_extension is_installed_extension language_create language_exists
      language_list language_remove owner_to privileges_grant privileges_list privileges_revoke psql_query
      role_get schema_create schema_exists schema_get schema_list schema_remove tablespace_alter
      tablespace_create tablespace_exists tablespace_list tablespace_remove user_create user_exists user_list
      user_remove user_update version
  poudriere: bulk_build create_jail create_ports_tree delete_jail info_jail is_jail list_jails list_ports
      make_pkgng_aware parse_config update_jail update_ports_tree version
  power: get_computer_sleep get_display_sleep get_harddisk_sleep get_restart_freeze get_restart_power_failure
      get_sleep get_sleep_on_power_button get_wake_on_modem get_wake_on_network set_computer_sleep
      set_display_sleep set_harddisk_sleep set_restart_freeze set_restart_power_failure set_sleep
      set_sleep_on_power_button set_wake_on_modem set_wake_on_network
  powercfg: get_disk_timeout get_hibernate_timeout get_monitor_timeout get_standby_timeout set_disk_timeout
      set_hibernate_timeout set_monitor_timeout set_standby_timeout
  powerpath: add_license has_powerpath list_licenses remove_license
  probes: config delete_probes results schedule_probes set_probes
  proxy: get_ftp_proxy get_http_proxy get_https_proxy get_proxy_bypass get_proxy_win set_ftp_proxy
      set_http_proxy set_https_proxy set_proxy_bypass set_proxy_win
  ps: boot_time cpu_percent cpu_times disk_io_counters disk_partition_usage disk_partitions disk_usage
      get_pid_list get_users kill_pid lsof netstat network_io_counters num_cpus pgrep pkill proc_info psaux ss
      status swap_memory top total_physical_memory virtual_memory
  psget: avail_modules bootstrap get_repository install list_modules register_repository remove update
  publish: full_data publish runner
  puppet: disable enable fact facts noop plugin_sync run status summary
  purefa: hg_create hg_delete hg_remove hg_update host_create host_delete host_update pg_create pg_delete
      pg_eradicate pg_remove pg_update snap_create snap_delete snap_eradicate snap_volume_create volume_attach
      volume_clone volume_create volume_delete volume_detach volume_eradicate volume_extend
  purefb: fs_create fs_delete fs_eradicate fs_extend fs_update snap_create snap_delete snap_eradicate
  pushbullet: push_note
  pushover: post_message
  pyeapi: call config get_config get_connection run_commands section
  pyenv: default do do_with_python install install_python is_installed list rehash uninstall_python update
      versions
  qemu_img: convert make_image
  qemu_nbd: clear connect init mount
  quota: get_mode off on report set stats warn
  rabbitmq: add_user add_vhost change_password check_password clear_password cluster_status delete_policy
      delete_upstream delete_user delete_vhost disable_plugin enable_plugin force_reset join_cluster
      list_available_plugins list_enabled_plugins list_permissions list_policies list_queues list_queues_vhost
      list_upstreams list_user_permissions list_users list_vhosts plugin_is_enabled policy_exists reset
      set_permissions set_policy set_upstream set_user_tags start_app status stop_app upstream_exists
      user_exists vhost_exists
  raid: add assemble create destroy detail examine list save_config stop
  rallydev: list_items list_users query_item query_user show_artifact show_item show_user update_item
      update_user
  random: get_str hash rand_int sample seed shadow_hash shuffle str_encode
  random_org: generateBlobs generateDecimalFractions generateGaussians generateIntegers generateStrings
      generateUUIDs getUsage
  rbac: auth_add auth_get auth_list auth_rm profile_add profile_get profile_list profile_rm role_add role_get
      role_list role_rm
  rbenv: default do do_with_ruby install install_ruby is_installed list rehash uninstall_ruby update versions
  rdp: disable disconnect_session enable get_session list_sessions logoff_session status
  rebootmgr: cancel get_group get_strategy get_window is_active lock reboot set_group set_max set_strategy
      set_window status unlock version
  redis: bgrewriteaof bgsave config_get config_set dbsize delete exists expire expireat flushall flushdb get_key
      get_master_ip hdel hexists hget hgetall hincrby hincrbyfloat hlen hmget hmset hscan hset hsetnx hvals info
      key_type keys lastsave llen lrange ping save sentinel_get_master_ip set_key shutdown slaveof smembers time
      zcard zrange
  reg: broadcast_change delete_key_recursive delete_value import_file key_exists list_keys list_values
      read_value set_value value_exists
  rest_sample_utils: fix_outage get_test_string
  restartcheck: restartcheck
  restconf: get_data info path_check set_data
  ret: get_fun get_jid get_jids get_minions
  riak: cluster_commit cluster_join cluster_leave cluster_plan member_status services start status stop test
  route: show
  rsync: config rsync version
  runit: add_svc_avail_path available disable disabled enable enabled full_restart get_all get_disabled
      get_enabled get_svc_alias get_svc_avail_path get_svc_broken_path missing reload remove restart show start
      status status_autostart stop
  rvm: do gemset_copy gemset_create gemset_delete gemset_empty gemset_list gemset_list_all get install
      install_ruby is_installed list reinstall_ruby rubygems set_default wrapper
  s3: delete get head put
  s6: available full_restart get_all missing reload restart start status stop term
  salt_proxy: configure_proxy is_running
  salt_version: equal get_release_number greater_than less_than
  saltcheck: parallel_scheck report_highstate_tests run_highstate_tests run_state_tests run_state_tests_ssh
      run_test state_apply
  saltcloud: create
  saltutil: clear_cache clear_job_cache cmd cmd_iter find_cached_job find_job is_running kill_all_jobs kill_job
      list_extmods mmodule pillar_refresh refresh_beacons refresh_grains refresh_matchers refresh_modules
      refresh_pillar regen_keys revoke_auth runner running signal_job sync_all sync_beacons sync_clouds
      sync_engines sync_executors sync_grains sync_log_handlers sync_matchers sync_modules sync_output
      sync_outputters sync_pillar sync_proxymodules sync_renderers sync_returners sync_sdb sync_serializers
      sync_states sync_thorium sync_tops sync_utils sync_wrapper term_all_jobs term_job update wheel
  schedule: add build_schedule_item copy delete disable disable_job enable enable_job is_enabled job_status list
      modify move postpone_job purge reload run_job save show_next_fire_time skip_job
  scp: get put
  scsi: ls rescan_all
  sdb: delete get get_or_set_hash set
  seed: apply mkconfig prep_bootstrap
  selinux: fcontext_add_policy fcontext_apply_policy fcontext_delete_policy fcontext_get_policy
      fcontext_policy_is_applied filetype_id_to_string getconfig getenforce getsebool getsemod install_semod
      list_sebool list_semod port_add_policy port_delete_policy port_get_policy port_modify_policy remove_semod
      selinux_fs_path setenforce setsebool setsebools setsemod
  sensehat: clear get_humidity get_pixel get_pixels get_pressure get_temperature get_temperature_from_humidity
      get_temperature_from_pressure low_light set_pixel set_pixels show_image show_letter show_message
  sensors: sense
  serverdensity_device: create delete get_sd_auth install_agent ls update
  service: available create create_win_salt_restart_task delete disable disabled enable enabled execs
      execute_salt_restart_task firstboot force_reload full_restart get_all get_disabled get_enabled get_running
      get_service_name get_static get_stopped getsid info launchctl list loaded mask masked missing modify
      offline reload restart running show start status stop systemctl_reload unmask zap
  servicenow: delete_record non_structured_query set_change_request_state update_record_field
  shadow: default_hash del_password gen_password get_account_created get_change get_expire get_last_change
      get_login_failed_count get_login_failed_last get_maxdays info list_users lock_password locked
      login_failures require_password_change set_change set_date set_expire set_inactdays set_maxdays
      set_mindays set_password set_warndays unlock unlock_account unlock_password
  shortcut: create get modify
  slack: call_hook find_room find_user list_rooms list_users post_message
  slsutil: banner boolstr deserialize dir_exists file_exists findup merge merge_all path_exists renderer
      serialize update
  smbios: get records
  smtp: send_msg
  snapper: changed_files create_baseline create_config create_snapshot delete_snapshot diff diff_jid get_config
      get_snapshot list_configs list_snapshots modify_snapshot run set_config status status_to_string undo
      undo_jid
  snmp: config remove_config update_config
  softwareupdate: download download_all get_catalog ignore list_available list_downloads list_ignored
      reset_catalog reset_ignored schedule_enable schedule_enabled set_catalog update update_all
      update_available
  solr: abort_import backup core_status delta_import full_import import_status is_replication_enabled
      lucene_version match_index_versions optimize ping reload_core reload_import_config replication_details
      set_is_polling set_replication_enabled signal version
  solrcloud: alias_exists alias_get_collections alias_set_collections cluster_status collection_backup
      collection_backup_all collection_check_options collection_create collection_creation_options
      collection_exists collection_get_options collection_list collection_reload collection_set_options
  splunk: create_user delete_user get_user list_users update_user
  splunk_search: create delete get list list_all update
  sqlite3: fetch indexes indices modify sqlite_version tables version
  ssh: auth_keys check_key check_key_file check_known_host get_known_host_entries hash_known_hosts host_keys
      key_is_encrypted recv_known_host_entries rm_auth_key rm_auth_key_from_file rm_known_host set_auth_key
      set_auth_key_from_file set_known_host user_keys
  state: apply check_request clear_cache clear_request disable enable event get_pauses high highstate id_exists
      list_disabled low orchestrate pause pkg request resume run_request running show_highstate show_low_sls
      show_lowstate show_sls show_state_usage show_states show_top single sls sls_exists sls_id soft_kill
      template template_str test top
  status: all_status cpuinfo cpuload cpustats custom diskstats diskusage loadavg master meminfo netdev netstats
      nproc pid ping_master procs proxy_reconnect saltmem time uptime version vmstats w
  statuspage: create delete retrieve update
  supervisord: add custom options remove reread restart start status status_bool status_raw stop update
  svn: add checkout commit diff export info remove status switch update
  swarm: joinswarm leave_swarm node_ls remove_node remove_service service_create swarm_init swarm_service_info
      swarm_tokens update_node
  swift: delete get head put
  sys: argspec doc list_functions list_modules list_renderers list_returner_functions list_returners
      list_runner_functions list_runners list_state_functions list_state_modules reload_modules renderer_doc
      returner_argspec returner_doc runner_argspec runner_doc state_argspec state_doc state_schema
  sysbench: cpu fileio memory mutex ping threads
  sysctl: assign default_config get persist show
  sysfs: attr interfaces read target write
  syslog_ng: config config_test get_config_file modules reload set_binary_path set_config_file set_parameters
      start stats stop version write_config write_version
  sysrc: get remove set
  system: get_boot_arch get_computer_desc get_computer_description get_computer_name
      get_disable_keyboard_on_lock get_domain_workgroup get_hostname get_pending_component_servicing
      get_pending_computer_name get_pending_domain_join get_pending_file_rename get_pending_reboot
      get_pending_reboot_details get_pending_servermanager get_pending_update get_pending_windows_update
      get_reboot_required_witnessed get_remote_events get_remote_login get_restart_delay get_startup_disk
      get_subnet_name get_system_date get_system_date_time get_system_info get_system_time halt
      has_settable_hwclock init join_domain list_startup_disks lock poweroff reboot restart set_boot_arch
      set_computer_desc set_computer_description set_computer_name set_disable_keyboard_on_lock
      set_domain_workgroup set_hostname set_reboot_required_witnessed set_remote_events set_remote_login
      set_restart_delay set_startup_disk set_subnet_name set_system_date set_system_date_time set_system_time
      shutdown shutdown_abort shutdown_hard sleep start_time_service stop_time_service unjoin_domain
  system_profiler: applications receipts
  task: add_action add_trigger clear_triggers create_folder create_task create_task_from_xml delete_folder
      delete_task edit_task info list_actions list_folders list_tasks list_triggers run run_wait status stop
  telegram: post_message
  telemetry: create_alarm delete_alarms get_alarms get_alert_config get_notification_channel_id update_alarm
  temp: dir file
  test: arg arg_clean arg_repr arg_type assertion attr_call collatz conf_test cross_test deprecation_warning
      echo exception false fib get_opts kwarg missing_func module_report not_loaded opts_pkg outputter ping
      provider providers raise_exception rand_sleep rand_str random_hash retcode sleep stack true try tty
      version versions versions_information versions_report
  test_virtual: ping
  textfsm: extract index
  timezone: get_date get_hwclock get_offset get_time get_time_server get_using_network_time get_zone
      get_zonecode list list_zones set_date set_hwclock set_time set_time_server set_using_network_time set_zone
      zone_compare
  tls: ca_exists cert_base_path cert_info create_ca create_ca_signed_cert create_csr create_empty_crl
      create_pkcs12 create_self_signed_cert get_ca get_ca_signed_cert get_ca_signed_key get_expiration_date
      get_extensions maybe_fix_ssl_version revoke_cert set_ca_path validate
  tomcat: deploy_war extract_war_version fullversion leaks ls passwd reload serverinfo sessions signal start
      status status_webapp stop undeploy version
  trafficserver: alarms bounce_cluster bounce_local clear_alarms clear_cluster clear_node match_config
      match_metric offline read_config read_metric refresh restart_cluster restart_local set_config shutdown
      startup status zero_cluster zero_node
  transactional_update: apply bootloader call cleanup cleanup_overlays cleanup_snapshots dup grub_cfg highstate
      in_transaction initrd kdump migration patch pending_transaction pkg_install pkg_remove pkg_update reboot
      rollback run single sls transactional up
  travisci: verify_webhook
  tuned: active list off profile
  twilio: send_sms
  udev: env exportdb info links name path
  uptime: check_exists checks_list create delete
  user: add addgroup chfullname chgid chgroups chhome chhomephone chloginclass chother chprofile chroomnumber
      chshell chuid chworkphone current delete disable_auto_login enable_auto_login getUserSid get_auto_login
      get_loginclass get_user_sid getent info list_groups list_users primary_group removegroup rename
      setpassword update
  users: config delete_users set_users
  uwsgi: stats
  vagrant: destroy get_machine_id get_ssh_config get_vm_info init list_active_vms list_domains list_inactive_vms
      pause reboot shutdown start stop version vm_state
  varnish: ban ban_list param_set param_show purge version
  vault: clear_cache clear_token_cache delete_secret destroy_secret get_server_config list_secrets patch_secret
      policies_list policy_delete policy_fetch policy_write query read_secret update_config write_raw
      write_secret
  vbox_guest: additions_install additions_mount additions_remove additions_umount additions_version
      grant_access_to_shared_folders_to list_shared_folders_users
  vboxmanage: clonemedium clonevm create destroy list_items list_nodes list_nodes_full list_nodes_min
      list_ostypes register start stop unregister vboxcmd
  vcenter: get_details
  victorops: create_event
  virt: all_capabilities capabilities cpu_baseline create_xml_path create_xml_str ctrl_alt_del
      define_vol_xml_path define_vol_xml_str define_xml_path define_xml_str delete_snapshots domain_capabilities
      freecpu freemem full_info get_disks get_graphics get_hypervisor get_loader get_macs get_nics get_profiles
      get_xml init is_hyper list_active_vms list_domains list_inactive_vms list_networks list_pools
      list_snapshots migrate migrate_start_postcopy nesthash network_define network_get_xml network_info
      network_set_autostart network_start network_stop network_undefine network_update node_devices node_info
      pause pool_build pool_capabilities pool_define pool_delete pool_get_xml pool_info pool_list_volumes
      pool_refresh pool_set_autostart pool_start pool_stop pool_undefine pool_update purge reboot reset resume
      revert_snapshot seed_non_shared_migrate set_autostart setmem setvcpus shutdown snapshot start stop
      undefine update vcpu_pin virt_type vm_cputime vm_diskstats vm_info vm_netstats vm_state vm_virt_type
      volume_define volume_delete volume_infos volume_upload
  virtualenv: create get_distribution_path get_resource_content get_resource_path get_site_packages
      virtualenv_ver
  vmadm: create create_snapshot delete delete_snapshot get info list lookup reboot receive reprovision
      rollback_snapshot send start stop sysrq update
  vmctl: create_disk load reload reset start status stop
  vsphere: add_capacity_to_diskgroup add_host_to_dvs add_license assign_default_storage_policy_to_datastore
      assign_license attach_tag compare_vm_configs configure_host_cache coredump_network_enable create_cluster
      create_datacenter create_diskgroup create_dvportgroup create_dvs create_storage_policy create_tag
      create_tag_category create_vm create_vmfs_datastore delete_advanced_configs delete_tag delete_tag_category
      delete_vm disconnect enable_firewall_ruleset erase_disk_partitions esxcli_cmd get_advanced_configs
      get_coredump_network_config get_firewall_status get_host_cache get_host_datetime get_ntp_config
      get_proxy_type get_service_instance_via_proxy get_service_policy get_service_running get_ssh_key
      get_syslog_config get_vm get_vm_config get_vm_config_file get_vmotion_enabled get_vsan_eligible_disks
      get_vsan_enabled list_assigned_licenses list_attached_tags list_capability_definitions list_cluster
      list_clusters list_datacenters list_datacenters_via_proxy list_datastore_clusters list_datastores
      list_datastores_via_proxy list_default_storage_policy_of_datastore list_default_vsan_policy
      list_disk_partitions list_diskgroups list_disks list_dvportgroups list_dvs list_dvss list_folders
      list_hosts list_hosts_via_proxy list_licenses list_networks list_non_ssds list_resourcepools list_ssds
      list_storage_policies list_tag_categories list_tags list_uplink_dvportgroup list_vapps list_vms
      power_off_vm power_on_vm register_vm remove_capacity_from_diskgroup remove_datastore remove_diskgroup
      remove_dvportgroup rename_datastore reset_syslog_config service_restart service_start service_stop
      set_advanced_configs set_coredump_network_config set_ntp_config set_service_policy set_syslog_config
      syslog_service_reload system_info test_vcenter_connection unregister_vm update_cluster update_dvportgroup
      update_dvs update_host_datetime update_host_password update_storage_policy update_vm upload_ssh_key
      vmotion_disable vmotion_enable vsan_add_disks vsan_disable vsan_enable
  webutil: useradd userdel verify
  win_dacl: add_ace check_ace check_inheritance disable_inheritance enable_inheritance get rm_ace
  win_dns_client: add_dns dns_dhcp get_dns_config get_dns_servers rm_dns
  win_event: add clear count get get_filtered get_log_names query
  win_iis: create_app create_apppool create_backup create_binding create_cert_binding create_site create_vdir
      get_container_setting get_webapp_settings get_webconfiguration_settings list_apppools list_apps
      list_backups list_bindings list_cert_bindings list_sites list_vdirs list_worker_processes modify_binding
      modify_site remove_app remove_apppool remove_backup remove_binding remove_cert_binding remove_site
      remove_vdir restart_apppool restart_site set_container_setting set_webapp_settings
      set_webconfiguration_settings start_apppool start_site stop_apppool stop_site
  win_path: add exists get_path rehash remove
  win_pki: export_cert get_cert_file get_certs get_stores import_cert remove_cert test_cert
  win_servermanager: install list_available list_installed remove
  win_smtp_server: get_connection_ip_list get_log_format get_log_format_types get_relay_ip_list
      get_server_setting get_servers set_connection_ip_list set_log_format set_relay_ip_list set_server_setting
  win_snmp: get_agent_service_types get_agent_settings get_auth_traps_enabled get_community_names
      get_permission_types set_agent_settings set_auth_traps_enabled set_community_names
  win_wua: available download get get_needs_reboot get_wu_settings install installed list set_wu_settings
      uninstall
  winrepo: genrepo show_sls update_git_repos
  wordpress: activate deactivate install is_installed list_plugins show_plugin
  wusa: install is_installed list uninstall
  x509: create_certificate create_crl create_csr create_private_key encode_certificate encode_crl encode_csr
      encode_private_key expired expires get_pem_entries get_pem_entry get_private_key_size get_public_key
      get_signing_policy read_certificate read_certificates read_crl read_csr sign_remote_certificate verify_crl
      verify_private_key verify_signature will_expire write_pem
  xattr: clear delete list read write
  xfs: defragment devices dump estimate info inventory mkfs modify prune_dump
  xml: get_attribute get_value set_attribute set_value
  xmpp: send_msg send_msg_multi
  yaml: lint
  zabbix: apiinfo_version compare_params configuration_import get_object_id_by_params get_zabbix_id_mapper
      host_create host_delete host_exists host_get host_inventory_get host_inventory_set host_list host_update
      hostgroup_create hostgroup_delete hostgroup_exists hostgroup_get hostgroup_list hostgroup_update
      hostinterface_create hostinterface_delete hostinterface_get hostinterface_update mediatype_create
      mediatype_delete mediatype_get mediatype_update run_query substitute_params template_get user_addmedia
      user_create user_delete user_deletemedia user_exists user_get user_getmedia user_list user_update
      usergroup_create usergroup_delete usergroup_exists usergroup_get usergroup_list usergroup_update
      usermacro_create usermacro_createglobal usermacro_delete usermacro_deleteglobal usermacro_get
      usermacro_update usermacro_updateglobal
  zenoss: add_device device_exists find_device set_prod_state
  zfs: bookmark clone create destroy diff exists get hold holds inherit list list_mount mount promote release
      rename rollback set snapshot unmount
  zk_concurrency: lock lock_holders party_members unlock
  znc: buildmod dumpconf rehashconf version
  zoneadm: attach boot clone detach halt install list move ready reboot shutdown uninstall verify
  zonecfg: add_resource clear_property create create_from_template delete export import info remove_resource
      set_property update_resource
  zookeeper: create delete ensure_path exists get get_acls get_children make_digest_acl set set_acls
  zpool: add attach clear create create_file_vdev destroy detach exists export get healthy history import iostat
      labelclear list offline online reguid reopen replace scrub set split status upgrade
  `,
  runners: `
  asam: add_platform list_platform_sets list_platforms remove_platform
  auth: del_token mk_token
  bgp: neighbors
  cache: clear_all clear_git_lock clear_grains clear_mine clear_mine_func clear_pillar cloud fetch flush grains
      list mine pillar store
  cloud: action create destroy full_query list_images list_locations list_sizes map_run profile query
      select_query
  config: get
  ddns: add_host create delete delete_host update
  digicert: del_cached_domain gen_csr gen_key get_certificate get_org_details list_domain_cache list_domains
      list_orders list_organizations list_requests order_certificate show_csrs show_organization show_rsa
  doc: execution runner wheel
  drac: poweroff poweron pxe reboot version
  error: error
  event: send
  f5: add_pool_member check_member_pool check_pool check_virtualserver create_pool create_vs
  fileserver: clear_cache clear_file_list_cache clear_lock dir_list empty_dir_list envs file_list lock
      symlink_list update
  git_pillar: update
  http: query update_ca_bundle
  jobs: active exit_success last_run list_job list_jobs list_jobs_filter lookup_jid master print_job
  launchd: write_launchd_plist
  lxc: cloud_init find_guest find_guests freeze info init list purge start stop unfreeze
  manage: alived allowed bootstrap bootstrap_psexec down joined key_regen list_not_state list_state not_alived
      not_allowed not_joined not_present not_reaped present reaped safe_accept status up versions
  match: compound_matches
  mattermost: post_event post_message
  mine: get update
  nacl: dec dec_file enc enc_file keygen sealedbox_decrypt sealedbox_encrypt secretbox_decrypt secretbox_encrypt
  net: find findarp findmac interfaces lldp multi_find
  network: wol wollist wolmatch
  pagerduty: create_event list_escalation_policies list_incidents list_maintenance_windows list_policies
      list_schedules list_services list_users list_windows
  pillar: clear_pillar_cache show_pillar show_pillar_cache show_top
  pkg: list_upgrades
  queue: delete insert insert_runner list_items list_length list_queues pop process_queue process_runner
  reactor: add delete is_leader list set_leader
  salt: cmd execute
  saltutil: sync_all sync_cache sync_clouds sync_eauth_tokens sync_engines sync_executors sync_fileserver
      sync_grains sync_modules sync_output sync_pillar sync_proxymodules sync_queues sync_renderers
      sync_returners sync_roster sync_runners sync_sdb sync_serializers sync_states sync_thorium sync_tops
      sync_utils sync_wheel sync_wrapper
  sdb: delete get get_or_set_hash set
  spacewalk: addGroupsToKey api deleteAllActivationKeys deleteAllGroups deleteAllSystems unregister
  ssh: cmd
  state: event orch orch_show_sls orchestrate orchestrate_high orchestrate_show_sls orchestrate_single pause
      resume rm_pause set_pause sls soft_kill
  survey: diff hash
  test: arg get_opts metasyntactic raw_arg sleep stdout_print stream
  thin: generate generate_min
  vault: cleanup_auth clear_cache generate_new_token generate_secret_id generate_token get_config get_role_id
      list_approles list_entities show_approle show_entity show_policies sync_approles sync_entities unseal
  venafi: del_cached_domain list_domain_cache request show_cert
  virt: force_off host_info init list migrate next_host pause purge query reset resume start vm_info
  vistara: delete_device
  vmadm: get is_running list nodes reboot start stop
  winrepo: genrepo update_git_repos
  `,
  states: `
  acl: absent list_absent list_present present
  acme: cert
  alias: absent present
  alternatives: auto install remove set
  ansible: playbooks
  apache: configfile
  apache_conf: disabled enabled
  apache_module: disabled enabled
  apache_site: disabled enabled
  appx: absent
  apt: held
  archive: extracted
  artifactory: downloaded
  assistive: installed
  at: absent mod_watch present watch
  augeas: change
  aws_sqs: absent exists
  beacon: absent disabled enabled present
  bigip: add_pool_member create_monitor create_node create_pool create_profile create_virtual delete_monitor
      delete_node delete_pool delete_pool_member delete_profile delete_virtual list_monitor list_node
      list_pool list_profile list_virtual manage_monitor manage_node manage_pool manage_pool_members
      manage_profile manage_virtual modify_monitor modify_node modify_pool modify_pool_member modify_profile
      modify_virtual
  blockdev: formatted tuned
  boto3_elasticache: cache_cluster_absent cache_cluster_present cache_subnet_group_absent
      cache_subnet_group_present replication_group_absent replication_group_present
  boto3_elasticsearch: absent latest present tagged upgraded
  boto3_route53: hosted_zone_absent hosted_zone_present rr_absent rr_present
  boto3_sns: topic_absent topic_present
  boto_apigateway: absent present usage_plan_absent usage_plan_association_absent
      usage_plan_association_present usage_plan_present
  boto_asg: absent present
  boto_cfn: absent present
  boto_cloudfront: present
  boto_cloudtrail: absent present
  boto_cloudwatch_alarm: absent present
  boto_cloudwatch_event: absent present
  boto_cognitoidentity: pool_absent pool_present
  boto_datapipeline: absent present
  boto_dynamodb: absent present
  boto_ec2: eni_absent eni_present instance_absent instance_present key_absent key_present
      private_ips_absent private_ips_present snapshot_created volume_absent volume_present volumes_tagged
  boto_elasticache: absent cache_cluster_absent cache_cluster_present creategroup present
      replication_group_absent replication_group_present subnet_group_absent subnet_group_present
  boto_elasticsearch_domain: absent present
  boto_elb: absent present register_instances
  boto_elbv2: create_target_group delete_target_group targets_deregistered targets_registered
  boto_iam: account_policy group_absent group_present keys_absent keys_present policy_absent policy_present
      saml_provider_absent saml_provider_present server_cert_absent server_cert_present user_absent
      user_present
  boto_iam_role: absent present
  boto_iot: policy_absent policy_attached policy_detached policy_present thing_type_absent
      thing_type_present topic_rule_absent topic_rule_present
  boto_kinesis: absent present
  boto_kms: key_present
  boto_lambda: alias_absent alias_present event_source_mapping_absent event_source_mapping_present
      function_absent function_present
  boto_lc: absent present
  boto_rds: absent parameter_present present replica_present subnet_group_absent subnet_group_present
  boto_route53: absent hosted_zone_absent hosted_zone_present present rr_absent rr_present
  boto_s3: object_present
  boto_s3_bucket: absent present
  boto_secgroup: absent present
  boto_sns: absent present
  boto_sqs: absent present
  boto_vpc: absent accept_vpc_peering_connection delete_vpc_peering_connection dhcp_options_absent
      dhcp_options_present internet_gateway_absent internet_gateway_present nat_gateway_absent
      nat_gateway_present present request_vpc_peering_connection route_table_absent route_table_present
      subnet_absent subnet_present vpc_peering_connection_absent vpc_peering_connection_present
  bower: bootstrap installed pruned removed
  btrfs: properties subvolume_created subvolume_deleted
  buildout: installed
  cabal: installed removed
  ceph: quorum
  certutil: add_store del_store
  chef: client solo
  chocolatey: bootstrapped installed source_present unbootstrapped uninstalled upgraded
  chronos_job: absent config
  cimc: hostname logging_levels ntp power_configuration syslog user
  cisconso: value_present
  cloud: absent present profile volume_absent volume_attached volume_detached volume_present
  cmd: call mod_watch run script wait wait_call wait_script watch
  composer: installed update
  consul: acl_absent acl_present
  cron: absent env_absent env_present file present
  cryptdev: mapped unmapped
  csf: nics_skip nics_skipped option_present ports_open rule_absent rule_present testing_off testing_on
  cyg: installed removed updated
  ddns: absent present
  debconf: set set_file
  dellchassis: blade_idrac chassis firmware_update switch
  disk: status
  dism: capability_installed capability_removed feature_installed feature_removed kb_removed
      package_installed package_removed provisioned_package_installed
  docker_container: absent mod_watch run running stopped
  docker_image: absent mod_watch present
  docker_network: absent present
  docker_volume: absent present
  drac: absent network present
  dvs: dvs_configured mod_init portgroups_configured uplink_portgroup_configured
  elasticsearch: alias_absent alias_present index_absent index_present index_template_absent
      index_template_present pipeline_absent pipeline_present search_template_absent search_template_present
  elasticsearch_index: absent present
  elasticsearch_index_template: absent present
  environ: setenv
  eselect: set
  esxcluster: cluster_configured licenses_configured mod_init vsan_datastore_configured
  esxdatacenter: datacenter_configured mod_init
  esxi: coredump_configured diskgroups_configured host_cache_configured ntp_configured password_present
      ssh_configured syslog_configured vmotion_configured vsan_configured
  esxvm: vm_cloned vm_configured vm_created vm_registered vm_updated
  etcd: directory mod_watch rm set wait_rm wait_set
  ethtool: coalesce offload pause ring
  event: fire_master mod_watch send wait
  file: absent accumulated append blockreplace cached comment copy decode directory exists hardlink keyvalue
      line managed missing mknod mod_beacon mod_run_check_cmd not_cached patch prepend pruned recurse rename
      replace retention_schedule serialize shortcut symlink tidied touch uncomment
  firewall: check
  firewalld: present service
  gem: installed removed sources_add sources_remove
  git: cloned config_set config_unset detached latest present
  github: absent present repo_absent repo_present team_absent team_present
  glance_image: absent present
  glassfish: connection_factory_absent connection_factory_present destination_absent destination_present
      jdbc_datasource_absent jdbc_datasource_present system_properties_absent system_properties_present
  glusterfs: add_volume_bricks max_op_version op_version peered started volume_present
  gnomedesktop: desktop_interface desktop_lockdown wm_preferences
  gpg: absent present
  grafana: dashboard_absent dashboard_present
  grafana4_dashboard: absent present
  grafana4_datasource: absent present
  grafana4_org: absent present
  grafana4_user: absent present
  grafana_dashboard: absent present
  grafana_datasource: absent present
  grains: absent append exists list_absent list_present present
  group: absent present
  heat: absent deployed
  helm: release_absent release_present repo_managed repo_updated
  hg: latest
  highstate_doc: note
  host: absent only present
  http: query wait_for_successful_query
  icinga2: generate_cert generate_ticket node_setup request_cert save_cert
  idem: state
  ifttt: trigger_event
  incron: absent present
  influxdb08_database: absent present
  influxdb08_user: absent present
  influxdb_continuous_query: absent present
  influxdb_database: absent present
  influxdb_retention_policy: absent convert_duration present
  influxdb_user: absent present
  infoblox_a: absent present
  infoblox_cname: absent present
  infoblox_host_record: absent present
  infoblox_range: absent present
  ini: options_absent options_present sections_absent sections_present
  ipmi: boot_device power user_absent user_present
  ipset: absent flush present set_absent set_present
  iptables: append chain_absent chain_present delete flush insert mod_aggregate set_policy
  jboss7: bindings_exist datasource_exists deployed reloaded
  jenkins: absent present
  junos: cli commit commit_check diff file_copy get_table install_config install_os load lock
      resultdecorator rollback rpc set_hostname shutdown unlock zeroize
  kapacitor: task_absent task_present
  kernelpkg: latest_active latest_installed latest_wait mod_watch
  keyboard: system xorg
  keychain: default_keychain installed uninstalled
  keystone: endpoint_absent endpoint_present project_absent project_present role_absent role_present
      service_absent service_present tenant_absent tenant_present user_absent user_present
  keystone_domain: absent present
  keystone_endpoint: absent present
  keystone_group: absent present
  keystone_project: absent present
  keystone_role: absent present
  keystone_role_grant: absent present
  keystone_service: absent present
  keystone_user: absent present
  keystore: managed
  kmod: absent present
  kubernetes: configmap_absent configmap_present deployment_absent deployment_present namespace_absent
      namespace_present node_label_absent node_label_folder_absent node_label_present pod_absent pod_present
      secret_absent secret_present service_absent service_present
  layman: absent present
  ldap: managed
  lgpo: set
  lgpo_reg: value_absent value_disabled value_present
  libcloud_dns: record_absent record_present state_result zone_absent zone_present
  libcloud_loadbalancer: balancer_absent balancer_present member_absent member_present state_result
  libcloud_storage: container_absent container_present file_present object_absent object_present
      state_result
  license: activate
  locale: present system
  logadm: remove rotate
  logrotate: set
  loop: until until_no_eval
  lvm: lv_absent lv_present pv_absent pv_present vg_absent vg_present
  lvs_server: absent present
  lvs_service: absent present
  lxc: absent edited_conf frozen present running set_pass stopped
  lxd: authenticate config_managed init
  lxd_container: absent frozen migrated present running stopped
  lxd_image: absent present
  lxd_profile: absent present
  macdefaults: absent write
  macpackage: installed
  makeconf: absent present
  marathon_app: absent config running
  memcached: absent managed
  modjk: worker_activated worker_disabled worker_recover worker_stopped
  modjk_worker: activate disable stop
  module: mod_watch run wait watch
  mongodb_database: absent
  mongodb_user: absent present
  monit: monitor unmonitor
  mount: fstab_absent fstab_present mod_watch mounted swap unmounted
  mssql_database: absent present
  mssql_login: absent present
  mssql_role: absent present
  mssql_user: absent present
  msteams: post_card
  mysql_database: absent present
  mysql_grants: absent present
  mysql_query: run run_file
  mysql_user: absent present
  napalm_yang: configured managed
  netacl: filter managed term
  netconfig: commit_cancelled commit_confirmed managed replace_pattern saved
  netntp: managed
  netsnmp: managed
  netusers: managed
  network: managed routes system
  neutron_network: absent present
  neutron_secgroup: absent present
  neutron_secgroup_rule: absent present
  neutron_subnet: absent present
  nexus: downloaded
  nfs_export: absent present
  nftables: append chain_absent chain_present delete flush insert set_policy table_absent table_present
  npm: bootstrap cache_cleaned installed removed
  ntp: managed
  nxos: config_absent config_present image_running replace user_absent user_present
  openstack_config: absent present
  openvswitch_bridge: absent present
  openvswitch_db: managed
  openvswitch_port: absent present
  opsgenie: close_alert create_alert
  pagerduty: create_event
  pagerduty_escalation_policy: absent present
  pagerduty_schedule: absent present
  pagerduty_service: absent present
  pagerduty_user: absent present
  panos: add_config_lock address_exists address_group_exists clone_config commit_config delete_config
      download_software edit_config move_config remove_config_lock rename_config security_rule_exists
      service_exists service_group_exists set_config
  pbm: default_storage_policy_assigned default_vsan_policy_configured mod_init storage_policies_configured
  pcs: auth cib_present cib_pushed cluster_node_present cluster_setup constraint_present prop_has_value
      resource_defaults_to resource_op_defaults_to resource_present stonith_present
  pdbedit: absent managed present
  pecl: installed removed
  pip: installed pip_has_exceptions_mod pip_has_internal_exceptions_mod purge_pip removed uptodate
  pkg: downloaded group_installed held installed latest mod_aggregate mod_beacon mod_init mod_watch
      patch_downloaded patch_installed purged removed unheld uptodate
  pkgbuild: built repo
  pkgng: update_packaging_site
  pkgrepo: absent managed
  portage_config: flags mod_init
  ports: installed
  postgres_cluster: absent present
  postgres_database: absent present
  postgres_extension: absent present
  postgres_group: absent present
  postgres_initdb: present
  postgres_language: absent present
  postgres_privileges: absent present
  postgres_schema: absent present
  postgres_tablespace: absent present
  postgres_user: absent present
  powercfg: set_timeout
  powerpath: license_absent license_present
  probes: managed
  process: absent
  proxy: managed
  pushover: post_message
  pyenv: absent install_pyenv installed
  pyrax_queues: absent present
  quota: mode
  rabbitmq_cluster: join joined
  rabbitmq_plugin: disabled enabled
  rabbitmq_policy: absent present
  rabbitmq_upstream: absent present
  rabbitmq_user: absent present
  rabbitmq_vhost: absent present
  raid: absent present
  rbac: managed
  rbenv: absent install_rbenv installed
  rdp: disabled enabled
  redis: absent slaveof string
  reg: absent key_absent present
  restconf: config_manage
  rsync: synchronized
  rvm: gemset_present installed
  salt: function parallel_runners runner state wait_for_event wheel
  salt_proxy: configure_proxy
  saltutil: sync_all sync_beacons sync_clouds sync_engines sync_executors sync_grains sync_log_handlers
      sync_matchers sync_modules sync_output sync_outputters sync_pillar sync_proxymodules sync_renderers
      sync_returners sync_sdb sync_serializers sync_states sync_thorium sync_tops sync_utils sync_wrapper
  schedule: absent disabled enabled present
  selinux: boolean fcontext_policy_absent fcontext_policy_applied fcontext_policy_present mode module
      module_install module_remove port_policy_absent port_policy_present
  serverdensity_device: monitored
  service: dead disabled enabled masked mod_beacon mod_watch running unmasked
  shortcut: present
  slack: post_message
  smartos: config_absent config_present image_absent image_present image_vacuum source_absent source_present
      vm_absent vm_present vm_running vm_stopped
  smtp: send_msg
  snapper: baseline_snapshot
  solrcloud: alias collection
  splunk: absent present
  splunk_search: absent present
  sqlite3: row_absent row_present table_absent table_present
  ssh_auth: absent manage present
  ssh_known_hosts: absent present
  status: loadavg process
  statuspage: create delete managed update
  supervisord: dead mod_watch running
  svn: dirty export latest
  sysctl: present
  sysfs: present
  syslog_ng: config reloaded started stopped
  sysrc: absent managed
  system: computer_desc computer_description computer_name hostname join_domain reboot shutdown workgroup
  task: absent present
  telemetry_alert: absent present
  test: check_pillar configurable_test_state fail_with_changes fail_without_changes mod_watch nop
      show_notification succeed_with_changes succeed_without_changes
  timezone: system
  tls: valid_certificate
  tomcat: mod_watch undeployed wait war_deployed
  trafficserver: bounce_cluster bounce_local clear_cluster clear_node config offline refresh restart_cluster
      restart_local shutdown startup zero_cluster zero_node
  tuned: off profile
  uptime: monitored
  user: absent present
  vagrant: destroyed initialized paused powered_off rebooted running stopped
  vault: policy_absent policy_present
  vbox_guest: additions_installed additions_removed grant_access_to_shared_folders_to
  victorops: create_event
  virt: defined keys network_defined network_running pool_defined pool_deleted pool_running powered_off
      rebooted reverted running saved snapshot stopped unpowered volume_defined
  virtualenv: manage managed
  webutil: user_absent user_exists
  win_dacl: absent disinherit inherit present
  win_dns_client: dns_dhcp dns_exists primary_suffix
  win_firewall: add_rule disabled enabled
  win_iis: container_setting create_app create_apppool create_binding create_cert_binding create_vdir
      deployed remove_app remove_apppool remove_binding remove_cert_binding remove_site remove_vdir set_app
      webconfiguration_settings
  win_path: absent exists
  win_pki: import_cert remove_cert
  win_servermanager: installed removed
  win_smtp_server: active_log_format connection_ip_list relay_ip_list server_setting
  win_snmp: agent_settings auth_traps_enabled community_names
  winrepo: genrepo
  wordpress: activated deactivated installed
  wua: installed removed uptodate
  wusa: installed uninstalled
  x509: certificate_managed crl_managed csr_managed pem_managed private_key_managed
  xattr: delete exists
  xml: value_present
  xmpp: send_msg send_msg_multi
  zabbix_action: absent present
  zabbix_host: absent assign_templates present
  zabbix_hostgroup: absent present
  zabbix_mediatype: absent present
  zabbix_template: absent is_present present
  zabbix_user: absent admin_password_present present
  zabbix_usergroup: absent present
  zabbix_usermacro: absent present
  zabbix_valuemap: absent present
  zenoss: monitored
  zfs: bookmark_absent bookmark_present filesystem_absent filesystem_present hold_absent hold_present
      promoted scheduled_snapshot snapshot_absent snapshot_present volume_absent volume_present
  zk_concurrency: lock min_party unlock
  zone: absent attached booted detached export halted import installed present property_absent
      property_present resource_absent resource_present uninstalled
  zookeeper: absent acls present
  zpool: absent present
  `,
} as const
