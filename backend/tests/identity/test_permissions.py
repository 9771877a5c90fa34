"""Every operation of the API, tried by every role: the table is the specification.

A new operation that is not in the table fails the last test, so no door is opened unnoticed.
"""

from uuid import uuid4

import pytest
from support.data import TUS, a_question
from support.people import a_person

NOWHERE = str(uuid4())
DATASET = {"id": NOWHERE}
PATH = f"/datasets/{NOWHERE}"
VERSION = f"{PATH}/versions/{NOWHERE}"
BOARD = f"/dashboards/{NOWHERE}"
MAPPING = {"columns": [{"name": "A", "source": {"kind": "column", "column": "a"}}]}
METRIC = {"name": "M", "definition": {"fn": "count_rows"}}
QUESTION = {"name": "Q", "question": a_question(DATASET)}
CONDITION = {"kind": "condition", "column": "c1", "op": "is_empty"}
RULE = {"name": "R", "check": {"kind": "row", "condition": {"items": [CONDITION]}}}

# operation: (method, path, body, roles that may). Who may gets past the gate: anything but 401 and 403.
ALL = {"admin", "analyst", "viewer"}
EDITORS = {"admin", "analyst"}
ADMINS = {"admin"}
OPERATIONS = {
    "getMe": ("GET", "/me", None, ALL),
    "chooseWorkspace": ("PUT", "/session/workspace", {"workspace_id": NOWHERE}, ALL),
    "createWorkspace": ("POST", "/workspaces", {"name": "W"}, set()),
    "changeWorkspace": ("PATCH", "/workspace", {"time_zone": "UTC"}, ADMINS),
    "listMembers": ("GET", "/members", None, ADMINS),
    "inviteMember": ("POST", "/members", {"name": "N", "email": "not-an-address", "role": "viewer"}, ADMINS),
    "changeMember": ("PATCH", f"/members/{NOWHERE}", {"role": "viewer"}, ADMINS),
    "removeMember": ("DELETE", f"/members/{NOWHERE}", None, ADMINS),
    "viewAs": ("PUT", "/session/view-as", {"user_id": NOWHERE}, ADMINS),
    "viewAsOneself": ("DELETE", "/session/view-as", None, ALL),
    "listRuledDatasets": ("GET", "/access", None, ADMINS),
    "getAccessRules": ("GET", f"{PATH}/access", None, ADMINS),
    "changeAccessRules": ("PUT", f"{PATH}/access", {"rules": {}, "version": 0}, ADMINS),
    "explainAccess": ("GET", f"{PATH}/access/members/{NOWHERE}", None, ADMINS),
    "listGroups": ("GET", "/groups", None, ADMINS),
    "createGroup": ("POST", "/groups", {"name": "G", "member_ids": [NOWHERE]}, ADMINS),
    "changeGroup": ("PUT", f"/groups/{NOWHERE}", {"name": "G"}, ADMINS),
    "deleteGroup": ("DELETE", f"/groups/{NOWHERE}", None, ADMINS),
    "getAttributes": ("GET", f"/members/{NOWHERE}/attributes", None, ADMINS),
    "changeAttributes": ("PUT", f"/members/{NOWHERE}/attributes", {"attributes": {}}, ADMINS),
    "listJobs": ("GET", "/jobs", None, ALL),
    "getJob": ("GET", f"/jobs/{NOWHERE}", None, ALL),
    "cancelJob": ("POST", f"/jobs/{NOWHERE}/cancel", None, ALL),
    "retryJob": ("POST", f"/jobs/{NOWHERE}/retry", None, ALL),
    "watchJob": ("GET", f"/jobs/{NOWHERE}/events", None, ALL),
    "announceUpload": ("POST", "/uploads", None, EDITORS),
    "getUpload": ("GET", f"/uploads/{NOWHERE}", None, ALL),
    "getUploadOffset": ("HEAD", f"/uploads/{NOWHERE}", None, ALL),
    "appendToUpload": ("PATCH", f"/uploads/{NOWHERE}", None, EDITORS),
    "abandonUpload": ("DELETE", f"/uploads/{NOWHERE}", None, ALL),
    "getFile": ("GET", f"/files/{NOWHERE}", None, ALL),
    "listDatasets": ("GET", "/datasets", None, ALL),
    "getDataset": ("GET", f"/datasets/{NOWHERE}", None, ALL),
    "renameDataset": ("PATCH", f"/datasets/{NOWHERE}", {"name": "N"}, EDITORS),
    "deleteDataset": ("DELETE", f"/datasets/{NOWHERE}", None, EDITORS),
    "restoreDataset": ("POST", f"/datasets/{NOWHERE}/restore", None, EDITORS),
    "listVersions": ("GET", f"/datasets/{NOWHERE}/versions", None, ALL),
    "pushFile": ("PUT", f"{PATH}/file", None, EDITORS),
    "reloadDataset": ("POST", f"{PATH}/reload", {}, EDITORS),
    "compareVersions": ("GET", f"{PATH}/compare?from={NOWHERE}&to={NOWHERE}", None, ALL),
    "restoreVersion": ("POST", f"{VERSION}/restore", {}, EDITORS),
    "getReceipt": ("GET", f"{VERSION}/receipt", None, ALL),
    "listQuarantine": ("GET", f"{VERSION}/quarantine", None, ALL),
    "replayQuarantine": ("POST", f"{VERSION}/quarantine/replay", {"discard": [0]}, EDITORS),
    "getMapping": ("GET", f"{PATH}/mapping", None, ALL),
    "changeMapping": ("PUT", f"{PATH}/mapping", {"mapping": MAPPING, "version": 0}, EDITORS),
    "previewMapping": ("POST", f"{PATH}/mapping/preview", {"mapping": MAPPING}, ALL),
    "suggestMapping": ("POST", f"{PATH}/mapping/suggest", {}, ALL),
    "listPending": ("GET", f"{PATH}/pending", None, ALL),
    "acceptPending": ("POST", f"{PATH}/pending/{NOWHERE}/accept", {}, EDITORS),
    "discardPending": ("DELETE", f"{PATH}/pending/{NOWHERE}", None, EDITORS),
    "askQuestion": ("POST", "/questions/run", a_question(DATASET), ALL),
    "askQuestions": ("POST", "/questions/batch", {"questions": [{"key": "a", "question": a_question(DATASET)}]}, ALL),
    "explainQuestion": ("POST", "/questions/explain", {"question": a_question(DATASET)}, ALL),
    "matchJoin": ("POST", "/questions/match", {"question": a_question(DATASET)}, ALL),
    "suggestJoins": ("GET", f"/questions/joins?left={NOWHERE}&right={NOWHERE}", None, ALL),
    "listFunctions": ("GET", "/formulas", None, ALL),
    "checkFormula": ("POST", "/formulas/check", {"question": a_question(DATASET), "text": "1"}, ALL),
    "completeFormula": ("POST", "/formulas/complete", {"question": a_question(DATASET), "text": "", "cursor": 0}, ALL),
    "previewFormula": ("POST", "/formulas/preview", {"question": a_question(DATASET), "text": "1"}, ALL),
    "listMetrics": ("GET", "/metrics", None, ALL),
    "createMetric": ("POST", "/metrics", {**METRIC, "dataset_id": NOWHERE}, EDITORS),
    "getMetric": ("GET", f"/metrics/{NOWHERE}", None, ALL),
    "changeMetric": ("PUT", f"/metrics/{NOWHERE}", {**METRIC, "version": 1}, EDITORS),
    "deleteMetric": ("DELETE", f"/metrics/{NOWHERE}", None, EDITORS),
    "listQuestions": ("GET", "/questions", None, ALL),
    "createQuestion": ("POST", "/questions", QUESTION, EDITORS),
    "getQuestion": ("GET", f"/questions/{NOWHERE}", None, ALL),
    "changeQuestion": ("PUT", f"/questions/{NOWHERE}", {**QUESTION, "version": 1}, EDITORS),
    "deleteQuestion": ("DELETE", f"/questions/{NOWHERE}", None, EDITORS),
    "restoreQuestion": ("POST", f"/questions/{NOWHERE}/restore", None, EDITORS),
    "listRules": ("GET", f"/rules?dataset_id={NOWHERE}", None, ALL),
    "createRule": ("POST", "/rules", {"dataset_id": NOWHERE, "number": 0, "rule": RULE}, EDITORS),
    "getRule": ("GET", f"/rules/{NOWHERE}", None, ALL),
    "getRuleFlag": ("GET", f"/rules/{NOWHERE}/flag", None, ALL),
    "changeRule": ("PUT", f"/rules/{NOWHERE}", {"number": 0, "rule": RULE}, EDITORS),
    "deleteRule": ("DELETE", f"/rules/{NOWHERE}?number=0", None, EDITORS),
    "listRuleStates": ("GET", f"/rules/history?dataset_id={NOWHERE}", None, ALL),
    "restoreRules": ("POST", "/rules/restore", {"dataset_id": NOWHERE, "number": 0, "to": 1}, EDITORS),
    "exportRules": ("GET", f"/rules/file?dataset_id={NOWHERE}", None, ALL),
    "importRules": ("POST", "/rules/import", {"dataset_id": NOWHERE, "number": 0, "document": {}}, EDITORS),
    "evaluateRule": ("POST", "/rules/evaluate", {"dataset_id": NOWHERE, "rule": RULE}, ALL),
    "tryRule": ("POST", "/rules/trial", {"dataset_id": NOWHERE, "rule": RULE}, ALL),
    "listReports": ("GET", "/reports", None, ALL),
    "createReport": ("POST", "/reports", {"title": "R"}, EDITORS),
    "getReport": ("GET", f"/reports/{NOWHERE}", None, ALL),
    "changeReport": ("PUT", f"/reports/{NOWHERE}", {"title": "R", "sections": [], "version": 1}, EDITORS),
    "deleteReport": ("DELETE", f"/reports/{NOWHERE}", None, EDITORS),
    "restoreReport": ("POST", f"/reports/{NOWHERE}/restore", None, EDITORS),
    "renderEdition": ("POST", f"/reports/{NOWHERE}/editions", None, ALL),
    "listEditions": ("GET", f"/reports/{NOWHERE}/editions", None, ALL),
    "listDashboards": ("GET", "/dashboards", None, ALL),
    "createDashboard": ("POST", "/dashboards", {"title": "D"}, EDITORS),
    "getDashboard": ("GET", BOARD, None, ALL),
    "changeDashboard": ("PUT", BOARD, {"title": "D", "version": 1}, EDITORS),
    "deleteDashboard": ("DELETE", BOARD, None, EDITORS),
    "restoreDashboard": ("POST", f"{BOARD}/restore", None, EDITORS),
    "askDashboard": ("POST", f"{BOARD}/ask", {}, ALL),
    "tellTileQuestion": ("POST", f"{BOARD}/tiles/t1/question", {}, ALL),
    "copyDashboard": ("POST", f"{BOARD}/copy", {"title": "D"}, EDITORS),
    "lockDashboard": ("PUT", f"{BOARD}/lock", {"locked": True}, EDITORS),
    "markDashboard": ("PUT", f"{BOARD}/favourite", None, ALL),
    "unmarkDashboard": ("DELETE", f"{BOARD}/favourite", None, ALL),
    "listDashboardVersions": ("GET", f"{BOARD}/versions", None, ALL),
    "restoreDashboardVersion": ("POST", f"{BOARD}/versions/1/restore", None, EDITORS),
    "listDashboardComments": ("GET", f"{BOARD}/comments", None, ALL),
    "commentDashboard": ("POST", f"{BOARD}/comments", {"text": "T"}, ALL),
    "removeDashboardComment": ("DELETE", f"{BOARD}/comments/{NOWHERE}", None, ALL),
    "shareDashboard": ("PUT", f"{BOARD}/audience", {"audience": None}, EDITORS),
    "watchDashboard": ("GET", f"{BOARD}/events", None, ALL),
    "proposeDashboard": ("POST", "/dashboards/propose", {"dataset_id": NOWHERE}, ALL),
    "addDashboardImage": ("POST", "/dashboards/images", b"no picture", EDITORS),
    "getDashboardImage": ("GET", f"/dashboards/images/{NOWHERE}", None, ALL),
    "getSharing": ("GET", "/sharing", None, ALL),
    "changeSharing": ("PUT", "/sharing", {"public_links": False}, ADMINS),
    "listSharingPeople": ("GET", "/sharing/people", None, EDITORS),
    "listShares": ("GET", f"{BOARD}/shares", None, EDITORS),
    "createShare": ("POST", f"{BOARD}/shares", {}, set()),  # links are off until an admin allows them
    "renewShare": ("POST", f"/shares/{NOWHERE}/renew", None, EDITORS),
    "revokeShare": ("DELETE", f"/shares/{NOWHERE}", None, EDITORS),
    "createExport": ("POST", "/exports", {"source": {"kind": "dataset", "id": NOWHERE}}, ALL),
    "openDownload": ("POST", "/downloads", {"kind": "edition", "id": NOWHERE}, ALL),
}
# No session is needed: these make one, end one, or carry a credential of their own.
OPEN = {"getSetup", "setUp", "join", "signIn", "refreshSession", "signOut", "describeUploads", "fetchDownload"}
UPLOAD_HEADERS = {
    **TUS,
    "Upload-Length": "5",
    "Upload-Metadata": "filename YS5jc3Y=",
    "Upload-Offset": "0",
    "Content-Type": "application/offset+octet-stream",
}


def ask(person, operation):
    method, path, body, _ = OPERATIONS[operation]
    headers = UPLOAD_HEADERS if path.startswith("/uploads") else {}
    return person.request(method, path, **{"headers": headers, **sent(body)})


def sent(body):
    if isinstance(body, bytes):
        return {"content": body, "headers": {"Content-Type": "application/octet-stream"}}
    return {} if body is None else {"json": body}


@pytest.fixture(scope="module")
def people(app):
    from starlette.testclient import TestClient

    client = TestClient(app, raise_server_exceptions=False)
    admin = a_person(client)
    return {
        "admin": admin,
        "analyst": a_person(client, "analyst", admin.workspace_id),
        "viewer": a_person(client, "viewer", admin.workspace_id),
    }


@pytest.mark.parametrize("role", sorted(ALL))
@pytest.mark.parametrize("operation", sorted(OPERATIONS))
def test_the_role_decides(people, operation, role):
    status = ask(people[role], operation).status_code
    assert status < 500
    assert status != 401
    assert (status != 403) == (role in OPERATIONS[operation][3])


@pytest.mark.parametrize("operation", sorted(OPERATIONS))
def test_without_a_session_there_is_nothing(client, operation):
    method, path, body, _ = OPERATIONS[operation]
    headers = UPLOAD_HEADERS if path.startswith("/uploads") else {}
    answer = client.request(method, f"/api/v1{path}", **{"headers": headers, **sent(body)})
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == "Bearer"


def test_a_viewer_gets_no_original_file(people):
    assert people["viewer"].post("/downloads", {"kind": "file", "id": NOWHERE}).status_code == 403


def test_every_operation_of_the_api_is_in_the_table(app):
    operations = {operation["operationId"] for path in app.openapi()["paths"].values() for operation in path.values()}
    assert operations == set(OPERATIONS) | OPEN
